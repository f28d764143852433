// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/task_split.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "core/base/error.h"

namespace limbeck {
namespace {

void requireAtLeast(std::string_view field, int value, int low) {
  if (value >= low) return;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("task split: {} tasks is {}, but must be at least {}", field, value, low));
}

/// The tasks first, first + 1, ..., all of them, in an order that depends on `rng` alone.
std::vector<int> shuffledTasks(int first, int count, Rng rng) {
  std::vector<int> tasks(static_cast<std::size_t>(count));
  std::iota(tasks.begin(), tasks.end(), first);
  for (std::uint32_t left = static_cast<std::uint32_t>(tasks.size()); left > 1; --left) {
    std::swap(tasks[left - 1], tasks[rng.below(left)]);
  }
  return tasks;
}

/// The pool that `name` asks for; nullopt where the environment has none.
std::optional<TaskPool> heldOutPool(const Environment& environment, const std::string& name) {
  const std::vector<TaskPool> pools = environment.heldOutPools();
  if (pools.empty()) {
    if (name.empty()) return std::nullopt;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("task split: held_out_from is \"{}\", but {} has one pool of tasks only; leave it out",
                            name, environment.options().name));
  }
  if (name.empty()) return pools.front();
  const auto pool = std::ranges::find(pools, name, &TaskPool::name);
  if (pool != pools.end()) return *pool;
  std::vector<std::string> known;
  for (const TaskPool& each : pools) known.push_back(each.name);
  throw Error(ErrorCode::InvalidArgument, fmt::format("task split: held_out_from is \"{}\", but {} knows {}", name,
                                                      environment.options().name, fmt::join(known, ", ")));
}

/// By marks and not by sorting, which would take ten times as long as all the rest on the millions of tasks of a large
/// Key-to-Door.
std::vector<TaskId> sortedPart(const std::vector<int>& tasks, int begin, int count) {
  const int lowest = std::ranges::min(tasks);
  std::vector<bool> is_in_part(tasks.size());
  for (int i = begin; i < begin + count; ++i) is_in_part[static_cast<std::size_t>(tasks[i] - lowest)] = true;
  std::vector<TaskId> part;
  part.reserve(count);
  for (std::size_t i = 0; i < is_in_part.size(); ++i) {
    if (is_in_part[i]) part.push_back(TaskId{lowest + static_cast<int>(i)});
  }
  return part;
}

/// Throws unless `held_out`, validation and training tasks fit into `total`; returns how many are not for training.
int requireRoom(const Environment& environment, const TaskSplitOptions& options, int total, int held_out) {
  const std::int64_t needed = std::int64_t{held_out} + options.validation + std::max(options.training, 1);
  if (needed <= total) return held_out + options.validation;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("task split: {}{} validation + {} training tasks are more than the {} of {}; "
                          "ask for fewer or choose a larger environment",
                          held_out > 0 ? fmt::format("{} held_out + ", held_out) : "", options.validation,
                          std::max(options.training, 1), total, environment.options().name));
}

/// Held-out tasks come from `pool`, the others from the tasks before all pools.
TaskSplit splitPools(const Environment& environment, const TaskSplitOptions& options, const TaskPool& pool,
                     const Rng& rng) {
  int total = environment.taskCount();
  for (const TaskPool& each : environment.heldOutPools()) total = std::min(total, each.first);
  const int given_away = requireRoom(environment, options, total, 0);
  if (options.held_out > pool.count) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("task split: {} held_out tasks are more than the {} in pool \"{}\" of {}; ask for fewer",
                            options.held_out, pool.count, pool.name, environment.options().name));
  }
  const std::vector<int> tasks = shuffledTasks(0, total, rng);
  const int training = options.training > 0 ? options.training : total - given_away;
  return {.training = sortedPart(tasks, given_away, training),
          .validation = sortedPart(tasks, 0, options.validation),
          .held_out =
              sortedPart(shuffledTasks(pool.first, pool.count, rng.split("pool " + pool.name)), 0, options.held_out)};
}

}  // namespace

TaskSplit splitTasks(const Environment& environment, const TaskSplitOptions& options) {
  requireAtLeast("held_out", options.held_out, 1);
  requireAtLeast("validation", options.validation, 1);
  requireAtLeast("training", options.training, 0);
  const Rng rng = Rng(options.seed).split("task split");
  const std::optional<TaskPool> pool = heldOutPool(environment, options.held_out_from);
  if (pool) return splitPools(environment, options, *pool, rng);
  const int total = environment.taskCount();
  const int given_away = requireRoom(environment, options, total, options.held_out);
  // Held-out tasks come first, so that asking for other numbers of validation or training tasks leaves them as they
  // are.
  const std::vector<int> tasks = shuffledTasks(0, total, rng);
  const int training = options.training > 0 ? options.training : total - given_away;
  return {.training = sortedPart(tasks, given_away, training),
          .validation = sortedPart(tasks, options.held_out, options.validation),
          .held_out = sortedPart(tasks, 0, options.held_out)};
}

}  // namespace limbeck
