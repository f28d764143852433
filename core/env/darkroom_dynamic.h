// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/env/environment.h"

namespace limbeck {

/// 9x9, horizon 20, start in the centre, the goal in the top left corner pays on every step spent there.
EnvironmentOptions darkroomDynamicDefaults();
/// The same 40x40, horizon 200.
EnvironmentOptions largeDarkroomDynamicDefaults();

/// Dark Room with permuted actions by any options; throws Error(InvalidArgument).
std::unique_ptr<Environment> makeDarkroomDynamic(const EnvironmentOptions& options);

}  // namespace limbeck
