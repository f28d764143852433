// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/shard_plan.h"

#include <algorithm>

namespace limbeck {

std::vector<ShardPlan> planShards(std::int64_t tasks, const GenerationOptions& options, std::int64_t history_rows,
                                  int together, std::int64_t most_rows) {
  // Counted in learners, whose histories cannot be made one without the others.
  const std::int64_t all = tasks * options.histories_per_task / together;
  const std::int64_t group = static_cast<std::int64_t>(options.tasks_per_shard) * options.histories_per_task / together;
  const std::int64_t most = std::max<std::int64_t>(most_rows / (history_rows * together), 1);
  std::vector<ShardPlan> shards;
  for (std::int64_t begin = 0; begin < all; begin += group) {
    const std::int64_t end = std::min(begin + group, all);
    // Parts of nearly equal size, so that no worker gets a crumb while another has a whole shard to do.
    const std::int64_t parts = (end - begin + most - 1) / most;
    for (std::int64_t part = 0; part < parts; ++part) {
      const std::int64_t first = begin + (end - begin) * part / parts;
      const std::int64_t last = begin + (end - begin) * (part + 1) / parts;
      shards.push_back({first * together, static_cast<int>((last - first) * together)});
    }
  }
  return shards;
}

}  // namespace limbeck
