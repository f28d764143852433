// SPDX-License-Identifier: GPL-3.0-or-later
// Dark Room: a square grid where one unmarked cell pays reward 1 on every step spent there (or once an episode); the
// task is that cell, and the agent sees only where it stands. Source: Laskin et al., "In-context Reinforcement Learning
// with Algorithm Distillation", ICLR 2023 (arXiv 2210.14215). Ours, because the paper does not say: a move into a wall
// leaves the agent where it is; the move that arrives at the goal is paid, so the best return from d > 0 steps away is
// horizon + 1 - d; standing on the goal when an episode begins pays nothing by itself, the first step that stays there
// does. Reads `size`, `horizon`, `start`, `reward`, `ends_at_goal` and `allows_start_goal`.
// The large rooms are those of Huang et al., "In-Context Decision Transformer" (arXiv 2405.20692), by its text: 40x40
// and ten times the steps. Its released code has other rules (a reward for each new least distance, and an early end).
#include "core/env/darkroom.h"

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/env/grid_environment.h"

namespace limbeck {
namespace {

class Darkroom final : public GridEnvironment {
 public:
  explicit Darkroom(const EnvironmentOptions& options) : GridEnvironment(options), left_out_cell_(leftOutCell()) {
    if (options.allows_key_is_door) {
      refuseOption(options, "allows_key_is_door", "true", "there is neither key nor door");
    }
    refuseUnreadOptions(options, {"size", "horizon", "start", "reward", "ends_at_goal", "allows_start_goal"});
  }

  int taskCount() const override { return grid().cellCount() - (left_out_cell_ < 0 ? 0 : 1); }
  std::string taskName(TaskId task) const override { return fmt::format("goal {}", grid().cellName(goalOf(task))); }
  TabularTask makeTask(TaskId task) const override { return makeGoalTask(goalOf(task)); }
  std::vector<TaskMarker> markers(TaskId task) const override {
    return {markerAt(TaskMarker::Kind::Goal, goalOf(task))};
  }

 private:
  /// A goal on the only start cell is a free optimal return, so by default it is no task. -1: every cell is one.
  int leftOutCell() const { return options().allows_start_goal || starts().size() != 1 ? -1 : starts().front(); }
  int goalOf(TaskId task) const {
    const int id = static_cast<int>(task);
    LIMBECK_CHECK(id >= 0 && id < taskCount(), fmt::format("task {} of {}", id, taskCount()));
    return left_out_cell_ >= 0 && id >= left_out_cell_ ? id + 1 : id;
  }

  int left_out_cell_;
};

}  // namespace

EnvironmentOptions darkroomDefaults() {
  EnvironmentOptions options;
  options.name = "darkroom";
  options.size = 9;
  options.horizon = 20;
  options.start = StartRule::Centre;
  options.reward = RewardRule::EveryStep;
  return options;
}

EnvironmentOptions darkroomHardDefaults() {
  EnvironmentOptions options = darkroomDefaults();
  options.name = "darkroom_hard";
  options.size = 17;
  options.reward = RewardRule::Once;
  return options;
}

EnvironmentOptions largeDarkroomDefaults() {
  EnvironmentOptions options = darkroomDefaults();
  options.name = "large_darkroom";
  options.size = 40;
  options.horizon = 200;
  return options;
}

EnvironmentOptions largeDarkroomHardDefaults() {
  EnvironmentOptions options = largeDarkroomDefaults();
  options.name = "large_darkroom_hard";
  options.reward = RewardRule::Once;
  return options;
}

std::unique_ptr<Environment> makeDarkroom(const EnvironmentOptions& options) {
  return std::make_unique<Darkroom>(options);
}

}  // namespace limbeck
