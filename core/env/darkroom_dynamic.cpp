// SPDX-License-Identifier: GPL-3.0-or-later
// Dark Room with permuted actions: the goal lies in the same corner in every task, but what the five buttons do is
// another permutation of the five moves in each: 120 tasks, in lexicographic order, the first one the plain Dark Room.
// Sources: Lee et al., "Supervised Pretraining Can Learn In-Context Reinforcement Learning" (DPT, NeurIPS 2023, arXiv
// 2306.14892; its room is size 10, horizon 100, start "corner", goal "opposite_corner": optimum 83); Huang et al.,
// "In-Context Decision Transformer" (arXiv 2405.20692: the defaults here, optimum 13, and the large room, which is ten
// times longer); size 9, horizon 50, from corner to corner is a common third (optimum 35). The rules of moving and
// paying are Dark Room's (darkroom.cpp). Reads `size`, `horizon`, `start`, `reward`, `ends_at_goal`, `goal` and
// `allows_start_goal`.
#include "core/env/darkroom_dynamic.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstddef>
#include <numeric>

#include "core/base/check.h"
#include "core/env/grid_environment.h"

namespace limbeck {
namespace {

constexpr int kPermutations = 120;  // of five moves

/// [button]: the number of the move that it makes.
using Moves = std::array<int, kGridActionCount>;

/// Permutation number `index` of 0 .. 4 in lexicographic order.
Moves permutation(int index) {
  std::array<int, kGridActionCount> left = {};  // the moves that no button has yet, in order
  std::iota(left.begin(), left.end(), 0);
  Moves moves = {};
  int orders = kPermutations;  // of the buttons from `button` on
  for (int button = 0; button < kGridActionCount; ++button) {
    orders /= kGridActionCount - button;
    const int place = index / orders;
    index %= orders;
    moves[static_cast<std::size_t>(button)] = left[static_cast<std::size_t>(place)];
    for (std::size_t i = static_cast<std::size_t>(place); i + 1 < left.size(); ++i) left[i] = left[i + 1];
  }
  return moves;
}

class DarkroomDynamic final : public GridEnvironment {
 public:
  explicit DarkroomDynamic(const EnvironmentOptions& options) : GridEnvironment(options) {
    if (options.goal == GoalRule::ByTask) {
      throw Error(ErrorCode::InvalidArgument,
                  fmt::format("environment {}: goal is by_task, but a task says only what the buttons do; set goal to "
                              "corner or opposite_corner",
                              options.name));
    }
    if (!options.allows_start_goal && starts().size() == 1 && starts().front() == goal()) {
      throw Error(ErrorCode::InvalidArgument,
                  fmt::format("environment {}: episodes start on the goal {}; choose another start or goal, or set "
                              "allows_start_goal to true",
                              options.name, grid().cellName(goal())));
    }
    refuseUnreadOptions(options, {"size", "horizon", "start", "reward", "ends_at_goal", "goal", "allows_start_goal"});
  }

  int taskCount() const override { return kPermutations; }
  std::string taskName(TaskId task) const override {
    return fmt::format("moves {}", fmt::join(taskActionNames(task), ", "));
  }
  std::vector<std::string> actionNames() const override {
    return {"button 1", "button 2", "button 3", "button 4", "button 5"};
  }
  std::vector<std::string> taskActionNames(TaskId task) const override {
    const std::vector<std::string> names = gridActionNames();
    std::vector<std::string> permuted;
    for (const int move : movesOf(task)) permuted.push_back(names[static_cast<std::size_t>(move)]);
    return permuted;
  }
  TabularTask makeTask(TaskId task) const override;
  std::vector<TaskMarker> markers(TaskId) const override { return {markerAt(TaskMarker::Kind::Goal, goal())}; }

 private:
  int goal() const { return options().goal == GoalRule::Corner ? grid().corner() : grid().oppositeCorner(); }
  Moves movesOf(TaskId task) const {
    const int id = static_cast<int>(task);
    LIMBECK_CHECK(id >= 0 && id < kPermutations, fmt::format("task {} of {}", id, kPermutations));
    return permutation(id);
  }
};

TabularTask DarkroomDynamic::makeTask(TaskId id) const {
  const TabularTask plain = makeGoalTask(goal());
  const Moves moves = movesOf(id);
  TabularTask task = plain;
  for (int state = 0; state < plain.state_count; ++state) {
    for (int button = 0; button < kGridActionCount; ++button) {
      const std::size_t from = gridTableIndex(state, moves[static_cast<std::size_t>(button)]);
      task.next_state[gridTableIndex(state, button)] = plain.next_state[from];
      task.reward[gridTableIndex(state, button)] = plain.reward[from];
    }
  }
  return task;
}

}  // namespace

EnvironmentOptions darkroomDynamicDefaults() {
  EnvironmentOptions options;
  options.name = "darkroom_dynamic";
  options.size = 9;
  options.horizon = 20;
  options.start = StartRule::Centre;
  options.reward = RewardRule::EveryStep;
  options.goal = GoalRule::Corner;
  return options;
}

EnvironmentOptions largeDarkroomDynamicDefaults() {
  EnvironmentOptions options = darkroomDynamicDefaults();
  options.name = "large_darkroom_dynamic";
  options.size = 40;
  options.horizon = 200;
  return options;
}

std::unique_ptr<Environment> makeDarkroomDynamic(const EnvironmentOptions& options) {
  return std::make_unique<DarkroomDynamic>(options);
}

}  // namespace limbeck
