// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "app/cli/options.h"
#include "core/experiment/run_experiment.h"

namespace limbeck::cli {

/// As one word of a POSIX shell: as it is when that is safe, else in single quotes.
std::string shellQuoted(std::string_view text);

/// The command line that goes on with what was stopped, to be pasted into a shell: the same options, since an override
/// that is left out makes another run.
std::string resumeCommand(const CommonOptions& common, const ExperimentOptions& options, StageLimit through);

}  // namespace limbeck::cli
