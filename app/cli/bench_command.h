// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/cli/exit_code.h"
#include "app/cli/options.h"

namespace limbeck::cli {

/// `bench`: how fast this machine generates, trains and evaluates.
void addBenchCommand(CLI::App& app, CommonOptions& common, std::function<ExitCode()>& chosen);

}  // namespace limbeck::cli
