// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/env/environment.h"

namespace limbeck {

/// 10 arms; the odd ones are the better ones in 95 % of the training tasks.
EnvironmentOptions banditDefaults();

/// The Adversarial Bandit by any options; throws Error(InvalidArgument).
std::unique_ptr<Environment> makeBandit(const EnvironmentOptions& options);

}  // namespace limbeck
