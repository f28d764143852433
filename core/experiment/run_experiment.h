// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/team.h"
#include "core/base/work_control.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/live_feed.h"
#include "core/experiment/seed_outcome.h"
#include "core/store/workspace.h"

namespace limbeck {

/// The last stage to do.
enum class StageLimit { Histories, Training, Evaluation };

struct RunRequest {
  ExperimentConfig config;             ///< with the seed of this run, and in `threads` the number that the team has
  std::string text;                    ///< the experiment file, verbatim
  std::vector<std::string> overrides;  ///< as given
  StageLimit through = StageLimit::Evaluation;
  LiveFeed* live = nullptr;  ///< told how the stages go; may be null; outlives the run
  std::string sweep{};       ///< of which it is a point; empty for none
  std::string point{};
};

/// The run of this experiment and seed: the one that is there (finished, stopped or interrupted), else a new row. Runs
/// that differ in their seed only share a group.
RunId openRun(const Workspace& workspace, const RunRequest& request);

/// Does the stages of a run, skipping what stands there and verifies, and keeps its row, stages, metrics, curves and
/// scores up to date. Same request, same build, same number of threads: the same outcome bit for bit, also when it was
/// killed and started again. What goes wrong is recorded in the run and thrown on: Error, BugError, Cancelled.
SeedOutcome runExperiment(const Workspace& workspace, RunId run, const RunRequest& request, Team& team,
                          WorkControl& control);

}  // namespace limbeck
