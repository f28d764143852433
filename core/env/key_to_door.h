// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/env/environment.h"

namespace limbeck {

/// 9x9, horizon 50, a random start, the episode goes on after the door, key and door in different cells.
EnvironmentOptions keyToDoorDefaults();
/// The same 40x40, horizon 500.
EnvironmentOptions largeKeyToDoorDefaults();

/// Dark Key-to-Door by any options; throws Error(InvalidArgument).
std::unique_ptr<Environment> makeKeyToDoor(const EnvironmentOptions& options);

}  // namespace limbeck
