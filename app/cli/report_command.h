// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "app/cli/exit_code.h"
#include "app/cli/options.h"

namespace limbeck::cli {

/// `limbeck-cli report`: points, comparisons, plots and verdicts of runs, sweeps and experiment files.
void addReportCommand(CLI::App& app, CommonOptions& common, std::function<ExitCode()>& chosen);

}  // namespace limbeck::cli
