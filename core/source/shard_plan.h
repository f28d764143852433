// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/source/history_generator.h"

namespace limbeck {

/// What goes into one shard: histories in the order task by task, seed by seed.
struct ShardPlan {
  std::int64_t first_history = 0;
  int histories = 0;
};

/// A shard of more transitions than this is split. Every history has an entry in its shard's manifest, which is read
/// and written whole: without a limit a dataset of 10^10 transitions would need gigabytes for that.
inline constexpr std::int64_t kMostShardRows = std::int64_t{1} << 26;

/// The shards of a generation: `tasks_per_shard` tasks each, or a part of their histories where those may hold more
/// than `most_rows` transitions (a history holds at most `history_rows`). The `together` histories that one learner
/// makes stay in one shard. Does not depend on the number of workers.
std::vector<ShardPlan> planShards(std::int64_t tasks, const GenerationOptions& options, std::int64_t history_rows,
                                  int together = 1, std::int64_t most_rows = kMostShardRows);

}  // namespace limbeck
