// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/cli/exit_code.h"
#include "app/cli/options.h"

namespace limbeck::cli {

/// `export`: a run group's curve as SVG, CSV or PGFPlots, or a run record as JSON.
void addExportCommand(CLI::App& app, CommonOptions& common, std::function<ExitCode()>& chosen);

}  // namespace limbeck::cli
