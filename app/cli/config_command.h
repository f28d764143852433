// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>
#include <functional>

#include "app/cli/exit_code.h"

namespace limbeck::cli {

/// `config`: prints the schema, checks a file, or writes a file's full form.
void addConfigCommand(CLI::App& app, std::function<ExitCode()>& chosen);

}  // namespace limbeck::cli
