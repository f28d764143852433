// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/experiment/seed_outcome.h"
#include "core/experiment/stage_context.h"

namespace limbeck {

/// Where the checkpoints of this experiment and seed stand.
std::filesystem::path checkpointDirectory(const Workspace& workspace, const ExperimentConfig& config);

/// Fits the model to the histories, or trains it online where the method is RL²; plays the validation tasks as it goes,
/// keeps the best checkpoint. Goes on from the last checkpoint. Fills training fields of `outcome`.
StageTiming runTrainingStage(const StageContext& context, SeedOutcome& outcome);

}  // namespace limbeck
