// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/experiment/seed_outcome.h"
#include "core/experiment/stage_context.h"

namespace limbeck {

/// Where the histories of this experiment and seed stand.
std::filesystem::path historiesDirectory(const Workspace& workspace, const ExperimentConfig& config);

/// Lets the source algorithm learn the training tasks; shards that stand there and verify are kept.
StageTiming runHistoriesStage(const StageContext& context);

}  // namespace limbeck
