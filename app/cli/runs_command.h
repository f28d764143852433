// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/cli/exit_code.h"
#include "app/cli/options.h"

namespace limbeck::cli {

/// `runs`: list, show, title, tag, note, star, trash and restore.
void addRunsCommand(CLI::App& app, CommonOptions& common, std::function<ExitCode()>& chosen);

}  // namespace limbeck::cli
