// SPDX-License-Identifier: GPL-3.0-or-later
// What a run left behind, opened for showing.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/recorded_stream.h"
#include "core/env/environment.h"
#include "core/env/task_split.h"
#include "core/experiment/experiment_config.h"
#include "core/store/workspace.h"

namespace limbeck {

struct ReplayPolicy {
  std::string policy;                  ///< kPolicyAd, kPolicyCleared, kPolicySource, or a promptPolicy
  std::shared_ptr<const Shard> shard;  // shared with the streams that were asked for
};

/// The rollouts of one run, with what is needed to draw and explain them. Immutable once open, so any thread may read
/// it.
struct Replay {
  RunRecord run;
  ExperimentConfig config;
  std::shared_ptr<const Environment> environment;  // shared with those that draw it
  TaskSplit split;
  std::vector<ReplayPolicy> policies;  ///< those that are there, AD first; never empty
  std::filesystem::path checkpoint;    ///< see checkpointOf

  /// The held-out tasks in order.
  const std::vector<TaskId>& tasks() const { return split.held_out; }
  /// Streams a task; 0 for a policy that is not there.
  int repeats(std::string_view policy) const;
  /// Null when there is none.
  std::shared_ptr<const RecordedStream> stream(std::string_view policy, TaskId task, int repeat) const;
};

/// Opens what the run's stages recorded; checksums are not verified, so that it is immediate. A damaged policy is left
/// out with a logged warning while others are there. Throws Error(NotFound) when the run has no rollouts, saying why
/// and what to do; what Shard throws when all are damaged.
Replay openReplay(const Workspace& workspace, const RunRecord& run);

/// The checkpoint that the evaluation plays: what the validation tasks chose, or without validation what training ended
/// with. Empty when it is not there (yet).
std::filesystem::path checkpointOf(const Workspace& workspace, const RunRecord& run, const ExperimentConfig& config);

}  // namespace limbeck
