// SPDX-License-Identifier: GPL-3.0-or-later
// Dark Key-to-Door: a square grid with an invisible key and an invisible door. Arriving at the key pays 1 once, and
// from then on arriving at the door pays 1 once; the task is the pair of cells. The agent sees only where it stands,
// not whether it holds the key. Source: Laskin et al., "In-context Reinforcement Learning with Algorithm Distillation",
// ICLR 2023 (arXiv 2210.14215). Ours, because the paper does not say: a move into a wall leaves the agent where it is;
// by default the episode goes on after the door and key and door lie apart (6480 tasks instead of 6561); beginning on
// the key, or on a door that is the key's cell, takes a step that stays there to count. Reads all options but
// `allows_start_goal`; `reward` must be `Once`.
#include "core/env/key_to_door.h"

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/env/grid_environment.h"

namespace limbeck {
namespace {

class KeyToDoor final : public GridEnvironment {
 public:
  explicit KeyToDoor(const EnvironmentOptions& options) : GridEnvironment(options) {
    if (options.reward != RewardRule::Once) refuseOption("reward", "every_step", "key and door pay once an episode");
    if (options.allows_start_goal)
      refuseOption("allows_start_goal", "true", "key and door may lie on the start cell anyway");
  }

  int taskCount() const override { return grid().cellCount() * doorsPerKey(); }
  std::string taskName(TaskId task) const override {
    const Cells cells = cellsOf(task);
    return fmt::format("key {} door {}", grid().cellName(cells.key), grid().cellName(cells.door));
  }
  TabularTask makeTask(TaskId task) const override;
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

TabularTask KeyToDoor::makeTask(TaskId id) const {
  const Cells goals = cellsOf(id);
  const int cells = grid().cellCount();
  TabularTask task = makePlainTask(3);  // phases: seeks the key, holds it, has opened the door
  // A move that arrives at `goal` during `phase` pays and leads on to the next phase.
  const auto payOnce = [&](int phase, int goal) {
    for (std::size_t entry = gridTableIndex(phase * cells, 0); entry < gridTableIndex((phase + 1) * cells, 0);
         ++entry) {
      if (task.next_state[entry] != phase * cells + goal) continue;
      task.reward[entry] = 1.0F;
      task.next_state[entry] = static_cast<std::uint16_t>((phase + 1) * cells + goal);
    }
  };
  payOnce(0, goals.key);
  payOnce(1, goals.door);
  task.terminal[2 * cells + goals.door] = options().ends_at_goal ? 1 : 0;
  return task;
}

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

std::unique_ptr<Environment> makeKeyToDoor(const EnvironmentOptions& options) {
  return std::make_unique<KeyToDoor>(options);
}

}  // namespace limbeck
