// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/exit_code.h"
#include "app/cli/options.h"
#include "core/experiment/run_experiment.h"

namespace limbeck::cli {

/// `run`, `generate`, `train` and `evaluate`: the same chain, up to a stage, for every seed asked for. Prints a summary
/// (or one JSON object) on standard output and progress on standard error.
ExitCode executeExperiment(const CommonOptions& common, const ExperimentOptions& options, StageLimit through);

}  // namespace limbeck::cli
