// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/team.h"
#include "core/base/work_control.h"
#include "core/env/environment.h"
#include "core/env/task_split.h"
#include "core/experiment/experiment_config.h"
#include "core/experiment/live_feed.h"
#include "core/store/workspace.h"

namespace limbeck {

/// What every stage of a run works with; all of it outlives the stage.
struct StageContext {
  const ExperimentConfig& config;
  const Environment& environment;
  const TaskSplit& split;
  const Workspace& workspace;
  RunId run;
  Team& team;
  WorkControl& control;
  LiveFeed* live = nullptr;  ///< null when nobody watches

  /// Every stream of random numbers of a run is split from this one by name.
  Rng rng() const { return Rng(config.seed); }
};

}  // namespace limbeck
