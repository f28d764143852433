// SPDX-License-Identifier: GPL-3.0-or-later
// Dark Key-to-Door: a square grid with an invisible key and an invisible door. Arriving at the key pays 1 once, and
// from then on arriving at the door pays 1 once; the task is the pair of cells. The agent sees only where it stands,
// not whether it holds the key. Source: Laskin et al., "In-context Reinforcement Learning with Algorithm Distillation",
// ICLR 2023 (arXiv 2210.14215). Ours, because the paper does not say: a move into a wall leaves the agent where it is;
// by default the episode goes on after the door and key and door lie apart (6480 tasks instead of 6561); beginning on
// the key, or on a door that is the key's cell, takes a step that stays there to count. Reads `size`, `horizon`,
// `start`, `ends_at_goal` and `allows_key_is_door`. The large one is that of Huang et al., "In-Context Decision
// Transformer" (arXiv 2405.20692), by its text: 40x40 and ten times the steps.
#include "core/env/key_to_door.h"

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/env/grid_environment.h"

namespace limbeck {
namespace {

class KeyToDoor final : public GridEnvironment {
 public:
  explicit KeyToDoor(const EnvironmentOptions& options) : GridEnvironment(options) {
    if (options.reward != RewardRule::Once) {
      refuseOption(options, "reward", "every_step", "key and door pay once an episode");
    }
    if (options.allows_start_goal) {
      refuseOption(options, "allows_start_goal", "true", "key and door may lie on the start cell anyway");
    }
    refuseUnreadOptions(options, {"size", "horizon", "start", "ends_at_goal", "allows_key_is_door"});
  }

  int taskCount() const override { return grid().cellCount() * doorsPerKey(); }
  std::string taskName(TaskId task) const override {
    const Cells cells = cellsOf(task);
    return fmt::format("key {} door {}", grid().cellName(cells.key), grid().cellName(cells.door));
  }
  TabularTask makeTask(TaskId task) const override {
    const Cells cells = cellsOf(task);
    return makeKeyToDoorTask(cells.key, cells.door);
  }
  std::vector<TaskMarker> markers(TaskId task) const override {
    const Cells cells = cellsOf(task);
    return {markerAt(TaskMarker::Kind::Key, cells.key), markerAt(TaskMarker::Kind::Door, cells.door)};
  }

 private:
  struct Cells {
    int key = 0;
    int door = 0;
  };
  int doorsPerKey() const { return grid().cellCount() - (options().allows_key_is_door ? 0 : 1); }
  Cells cellsOf(TaskId task) const {
    const int id = static_cast<int>(task);
    LIMBECK_CHECK(id >= 0 && id < taskCount(), fmt::format("task {} of {}", id, taskCount()));
    const int key = id / doorsPerKey();
    const int door = id % doorsPerKey();
    return {key, !options().allows_key_is_door && door >= key ? door + 1 : door};
  }
};

}  // namespace

EnvironmentOptions keyToDoorDefaults() {
  EnvironmentOptions options;
  options.name = "key_to_door";
  options.size = 9;
  options.horizon = 50;
  options.start = StartRule::Random;
  options.reward = RewardRule::Once;
  return options;
}

EnvironmentOptions largeKeyToDoorDefaults() {
  EnvironmentOptions options = keyToDoorDefaults();
  options.name = "large_key_to_door";
  options.size = 40;
  options.horizon = 500;
  return options;
}

std::unique_ptr<Environment> makeKeyToDoor(const EnvironmentOptions& options) {
  return std::make_unique<KeyToDoor>(options);
}

}  // namespace limbeck
