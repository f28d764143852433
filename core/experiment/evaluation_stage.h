// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/experiment/seed_outcome.h"
#include "core/experiment/stage_context.h"

namespace limbeck {

/// Where the rollouts of this experiment and seed stand, one shard a policy.
std::filesystem::path rolloutDirectory(const Workspace& workspace, const ExperimentConfig& config);

/// Loads the checkpoint that the validation tasks chose and plays the held-out tasks with frozen weights, beside its
/// controls; rollouts are kept whole. Fills `outcome.policies`. Policies whose rollouts stand there and verify are
/// read, not played again.
StageTiming runEvaluationStage(const StageContext& context, SeedOutcome& outcome);

}  // namespace limbeck
