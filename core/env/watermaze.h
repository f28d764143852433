// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/env/environment.h"

namespace limbeck {

// "watermaze": the AD paper's only environment with pixels. Its rules and what of them is ours stand in watermaze.cpp.

EnvironmentOptions watermazeDefaults();
std::unique_ptr<Environment> makeWatermaze(const EnvironmentOptions& options);

}  // namespace limbeck
