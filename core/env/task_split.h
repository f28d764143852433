// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/env/environment.h"

namespace limbeck {

/// Which tasks train the transformer, which choose checkpoints and settings, and which only the final evaluation
/// touches.
struct TaskSplit {
  std::vector<TaskId> training;
  std::vector<TaskId> validation;
  std::vector<TaskId> held_out;
};

struct TaskSplitOptions {
  int training = 0;  ///< 0: all that the other two leave
  int validation = 8;
  int held_out = 16;
  std::string held_out_from;  ///< of which of the environment's pools; empty for its first, or where it has none
  Seed seed;  ///< fixed in the experiment file, apart from the run's seed, so that no seed ever tunes on another's
              ///< held-out tasks
};

/// Disjoint, shuffled by the seed, each part sorted. Throws Error(InvalidArgument) when a part would be empty or the
/// sum too large.
TaskSplit splitTasks(const Environment& environment, const TaskSplitOptions& options);

}  // namespace limbeck
