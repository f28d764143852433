// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/env/environment.h"

namespace limbeck {

/// 9x9, horizon 20, start in the centre, the goal pays on every step spent there.
EnvironmentOptions darkroomDefaults();
/// 17x17, horizon 20, start in the centre, the goal pays once an episode.
EnvironmentOptions darkroomHardDefaults();
/// The two of them 40x40, horizon 200.
EnvironmentOptions largeDarkroomDefaults();
EnvironmentOptions largeDarkroomHardDefaults();

/// Dark Room by any options; throws Error(InvalidArgument).
std::unique_ptr<Environment> makeDarkroom(const EnvironmentOptions& options);

}  // namespace limbeck
