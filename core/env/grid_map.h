// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/env/environment.h"

namespace limbeck {

/// Four rooms of 4x4 cells with a start in one corner and a goal in any other cell of a room, which pays once an
/// episode; horizon 50, slippery floor slips once in five steps.
EnvironmentOptions gridMapDefaults();

/// A grid of the user's own; throws Error(InvalidArgument), for what is wrong in the map with its line and column
/// there.
std::unique_ptr<Environment> makeGridMap(const EnvironmentOptions& options);

}  // namespace limbeck
