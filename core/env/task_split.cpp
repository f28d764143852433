// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/task_split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

#include "core/base/error.h"

namespace limbeck {
namespace {

void requireAtLeast(std::string_view field, int value, int low) {
  if (value >= low) return;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("task split: {} tasks is {}, but must be at least {}", field, value, low));
}

/// Every task of `environment` in an order that depends on the seed alone.
std::vector<int> shuffledTasks(const Environment& environment, Seed seed) {
  std::vector<int> tasks(environment.taskCount());
  std::iota(tasks.begin(), tasks.end(), 0);
  Rng rng = Rng(seed).split("task split");
  for (std::uint32_t left = static_cast<std::uint32_t>(tasks.size()); left > 1; --left) {
    std::swap(tasks[left - 1], tasks[rng.below(left)]);
  }
  return tasks;
}

std::vector<TaskId> sortedPart(const std::vector<int>& tasks, int begin, int count) {
  std::vector<TaskId> part;
  part.reserve(count);
  for (int i = begin; i < begin + count; ++i) part.push_back(TaskId{tasks[i]});
  std::ranges::sort(part);
  return part;
}

}  // namespace

TaskSplit splitTasks(const Environment& environment, const TaskSplitOptions& options) {
  requireAtLeast("held_out", options.held_out, 1);
  requireAtLeast("validation", options.validation, 1);
  requireAtLeast("training", options.training, 0);
  const std::int64_t total = environment.taskCount();
  const std::int64_t needed = std::int64_t{options.held_out} + options.validation + std::max(options.training, 1);
  if (needed > total) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("task split: {} held_out + {} validation + {} training tasks are more than the {} of {}; "
                            "ask for fewer or choose a larger environment",
                            options.held_out, options.validation, std::max(options.training, 1), total,
                            environment.options().name));
  }
  // Held-out tasks come first, so that asking for other numbers of validation or training tasks leaves them as they
  // are.
  const std::vector<int> tasks = shuffledTasks(environment, options.seed);
  const int given_away = options.held_out + options.validation;
  const int training = options.training > 0 ? options.training : static_cast<int>(total) - given_away;
  return {.training = sortedPart(tasks, given_away, training),
          .validation = sortedPart(tasks, options.held_out, options.validation),
          .held_out = sortedPart(tasks, 0, options.held_out)};
}

}  // namespace limbeck
