// SPDX-License-Identifier: GPL-3.0-or-later
// A grid of the user's own: walls, slippery floor, starts, and either goals or keys and doors, drawn as text
// (map_text.h). The tasks are its goals one by one, or its pairs of a key and a door, in the order in which the map is
// read; walls and floor are the same in all of them, and the agent sees only where it stands. Moving and paying follow
// Dark Room and Key-to-Door; on slippery floor an action drawn uniformly from all of them happens instead of the chosen
// one with probability `slip_probability`. Reads `map`, `slip_probability`, `horizon`, `reward` (of key and door:
// `Once`) and `ends_at_goal`; the size, the starts and the goals stand in the map.
#include "core/env/grid_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/base/check.h"
#include "core/env/grid_environment.h"
#include "core/env/map_text.h"

namespace limbeck {
namespace {

constexpr std::int64_t kMaxStates = 65536;       // a state number has 16 bits
constexpr std::int64_t kMaxTasks = 4096 * 4096;  // those of the largest Key-to-Door

class GridMap final : public GridEnvironment {
 public:
  explicit GridMap(const EnvironmentOptions& options) : GridMap(options, readMapText(options)) {}

  int taskCount() const override {
    return static_cast<int>(map_.hasKeys() ? map_.keys.size() * map_.doors.size() : map_.goals.size());
  }
  std::string taskName(TaskId task) const override {
    if (!map_.hasKeys()) return fmt::format("goal {}", grid().cellName(goalOf(task)));
    const auto [key, door] = pairOf(task);
    return fmt::format("key {} door {}", grid().cellName(key), grid().cellName(door));
  }
  TabularTask makeTask(TaskId task) const override;
  std::vector<TaskMarker> markers(TaskId task) const override {
    if (!map_.hasKeys()) return {markerAt(TaskMarker::Kind::Goal, goalOf(task))};
    const auto [key, door] = pairOf(task);
    return {markerAt(TaskMarker::Kind::Key, key), markerAt(TaskMarker::Kind::Door, door)};
  }
  std::vector<CellKind> cellKinds() const override {
    std::vector<CellKind> kinds = GridEnvironment::cellKinds();
    for (std::size_t cell = 0; cell < kinds.size(); ++cell) {
      if (map_.slippery[cell]) kinds[cell] = CellKind::Slippery;
    }
    return kinds;
  }

 private:
  GridMap(const EnvironmentOptions& options, MapText map)
      : GridEnvironment(options, map.grid, map.starts), map_(std::move(map)) {
    check();
  }

  void check() const;
  bool isSlippery() const { return std::ranges::find(map_.slippery, true) != map_.slippery.end(); }
  int numberOf(TaskId task) const {
    const int id = static_cast<int>(task);
    LIMBECK_CHECK(id >= 0 && id < taskCount(), fmt::format("task {} of {}", id, taskCount()));
    return id;
  }
  int goalOf(TaskId task) const { return map_.goals[static_cast<std::size_t>(numberOf(task))]; }
  /// Key and door.
  std::pair<int, int> pairOf(TaskId task) const {
    const std::size_t id = static_cast<std::size_t>(numberOf(task));
    return {map_.keys[id / map_.doors.size()], map_.doors[id % map_.doors.size()]};
  }

  MapText map_;
};

void GridMap::check() const {
  const EnvironmentOptions& options = this->options();
  refuseUnreadOptions(options, {"horizon", "reward", "ends_at_goal", "map", "slip_probability"});
  requireOptionRange(options, "slip_probability", options.slip_probability, 0.0, 1.0);
  if (options.slip_probability != gridMapDefaults().slip_probability && !isSlippery()) {
    refuseOption(options, "slip_probability", fmt::format("{}", options.slip_probability),
                 "the map has no slippery floor (~)");
  }
  if (map_.hasKeys() && options.reward != RewardRule::Once) {
    refuseOption(options, "reward", "every_step", "key and door pay once an episode");
  }
  const int phases = map_.hasKeys() ? kKeyToDoorPhases : goalPhases();
  if (std::int64_t{phases} * grid().cellCount() > kMaxStates) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("environment {}: map has {} x {} cells with {} states each, but at most {} states are "
                            "possible; draw a smaller one",
                            options.name, grid().width(), grid().height(), phases, kMaxStates));
  }
  const std::int64_t pairs = static_cast<std::int64_t>(map_.keys.size()) * static_cast<std::int64_t>(map_.doors.size());
  if (pairs > kMaxTasks) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("environment {}: map makes {} pairs of a key and a door, but at most {} are possible; mark "
                            "fewer cells with K or D",
                            options.name, pairs, kMaxTasks));
  }
  requireSolvable(map_, options);
}

TabularTask GridMap::makeTask(TaskId id) const {
  TabularTask task;
  if (map_.hasKeys()) {
    const auto [key, door] = pairOf(id);
    task = makeKeyToDoorTask(key, door);
  } else {
    task = makeGoalTask(goalOf(id));
  }
  if (!isSlippery()) return task;
  for (int state = 0; state < task.state_count; ++state) {
    const bool slips = map_.slippery[static_cast<std::size_t>(state % grid().cellCount())];
    task.slip.push_back(slips ? static_cast<float>(options().slip_probability) : 0.0F);
  }
  return task;
}

}  // namespace

EnvironmentOptions gridMapDefaults() {
  EnvironmentOptions options;
  options.name = "grid_map";
  options.size = 0;
  options.horizon = 50;
  options.start = StartRule::Random;
  options.reward = RewardRule::Once;
  options.slip_probability = 0.2;
  // Never to be changed: an experiment at this default is stored without its map.
  options.map =
      "SGGG#GGGG\n"
      "GGGG#GGGG\n"
      "GGGG.GGGG\n"
      "GGGG#GGGG\n"
      "##.###.##\n"
      "GGGG#GGGG\n"
      "GGGG.GGGG\n"
      "GGGG#GGGG\n"
      "GGGG#GGGG\n";
  return options;
}

std::unique_ptr<Environment> makeGridMap(const EnvironmentOptions& options) {
  return std::make_unique<GridMap>(options);
}

}  // namespace limbeck
