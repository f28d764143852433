// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <span>

#include "core/base/team.h"
#include "core/base/work_control.h"
#include "core/env/environment.h"
#include "core/source/source_algorithm.h"

namespace limbeck {

struct GenerationOptions {
  int histories_per_task = 64;
  /// Fixed, so that shards do not depend on the number of threads; a shard that would hold more than 2^26 transitions
  /// is split (shard_plan.h).
  int tasks_per_shard = 16;
  /// Also write what the oracle would have done at every transition (column `labels` of core/data/shard.h). It changes
  /// nothing else.
  bool oracle_labels = false;
};

/// A history that was just finished, as it stands in its maker's memory.
struct FinishedHistory {
  HistoryLabel label;
  TransitionColumns columns;
};

/// The mean return of all histories so far by source episode, for drawing while histories are generated.
struct GenerationSnapshot {
  std::int64_t histories_done = 0;  ///< counted in episodes, so that those on their way have a part in it
  std::int64_t transitions = 0;
  std::vector<double> mean_returns;  ///< by episode, as far as some history has come
  /// A history that was just finished; only within the callback, which copies what it wants to keep. Null when there is
  /// none, as in the last one.
  const FinishedHistory* newest = nullptr;
};

/// Learns every task `histories_per_task` times and writes shards `shard_00000`, ... into `directory`. History (task,
/// seed) draws from rng.split("history", task << 32 | seed) and nothing else (of histories that are learned jointly:
/// from the streams of them all), so the shards are byte-identical for any number of workers; a shard that is there and
/// verifies is skipped, so a killed generation goes on. `provenance` goes into every manifest. On a stop request
/// finished shards stay and Cancelled is thrown. Throws Error(InvalidArgument) where the source does not suit the
/// tasks.
void generateHistories(const Environment& environment, std::span<const TaskId> tasks, const SourceOptions& source,
                       const GenerationOptions& options, const nlohmann::json& provenance,
                       const std::filesystem::path& directory, const Rng& rng, Team& team,
                       const std::function<void(const GenerationSnapshot&)>& on_progress, WorkControl& control);

}  // namespace limbeck
