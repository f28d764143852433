// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/experiment/experiment_config.h"

namespace limbeck {

/// How many threads a run uses: `config.threads`, or one for each processor that this process may run on when that is
/// 0.
int threadCount(const ExperimentConfig& config);

/// What a run record says of the machine and the program: version, commit, compiler, CPU, threads.
nlohmann::json describeRunEnvironment(const ExperimentConfig& config);

}  // namespace limbeck
