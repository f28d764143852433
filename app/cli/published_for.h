// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/experiment/experiment_file.h"

namespace limbeck::cli {

/// The published numbers that an experiment file names, whose paths are relative to `folder`. What cannot be read is
/// said on standard error and left out: it takes nothing from the experiment's own results.
std::vector<PublishedNumber> publishedFor(const ExperimentFile& file, const std::filesystem::path& folder);

}  // namespace limbeck::cli
