// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "core/experiment/live_feed.h"
#include "core/jobs/job_engine.h"
#include "widgets/shell/stage_progress.h"

namespace limbeck {

/// One sentence on what a stage does, for the heading; of an empty name what is going to happen.
QString liveSentence(const std::string& stage);

/// The three stages with their shares; `job` may be null (a run of another program).
std::vector<StageShare> stageShares(const LiveSnapshot& snapshot, const JobSnapshot* job);

/// "training · 412 of 700 steps · 83 k tokens/s · loss 0.81 · 38 s left".
QString progressWords(const LiveSnapshot& snapshot, const JobSnapshot* job);

}  // namespace limbeck
