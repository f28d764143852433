// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a map can be solved. Moves can be taken back, so a way there is a way back, and distances are symmetric.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "core/base/error.h"
#include "core/env/map_text.h"

namespace limbeck {
namespace {

constexpr int kNoWay = -1;

/// [cells]: the least number of moves from the nearest of `sources`; kNoWay where none leads.
std::vector<int> stepsFrom(const Grid& grid, const std::vector<int>& sources) {
  std::vector<int> steps(static_cast<std::size_t>(grid.cellCount()), kNoWay);
  std::vector<int> reached = sources;  // in the order of their distances: what stands before `next` is done
  for (const int source : sources) steps[static_cast<std::size_t>(source)] = 0;
  for (std::size_t next = 0; next < reached.size(); ++next) {
    for (int action = 0; action < kGridActionCount; ++action) {
      const int to = grid.move(reached[next], static_cast<GridAction>(action));
      if (steps[static_cast<std::size_t>(to)] != kNoWay) continue;
      steps[static_cast<std::size_t>(to)] = steps[static_cast<std::size_t>(reached[next])] + 1;
      reached.push_back(to);
    }
  }
  return steps;
}

[[noreturn]] void failAt(const MapText& map, const EnvironmentOptions& options, int cell, std::string_view message) {
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("environment {}: map {}: {}", options.name, mapPlace(map.grid, cell), message));
}

void requireConnected(const MapText& map, const EnvironmentOptions& options) {
  const int start = map.starts.front();
  const std::vector<int> steps = stepsFrom(map.grid, {start});
  const auto require = [&](const std::vector<int>& cells, std::string_view what) {
    const auto lost = std::ranges::find_if(cells, [&](int cell) { return steps[static_cast<std::size_t>(cell)] < 0; });
    if (lost == cells.end()) return;
    failAt(
        map, options, *lost,
        fmt::format("no way leads from the start at {} to this {}; open the walls between them, or mark with S where "
                    "episodes may begin",
                    mapPlace(map.grid, start), what));
  };
  require(map.goals, "goal");
  require(map.keys, "key");
  require(map.doors, "door");
  require(map.starts, "start");
}

void requireGoalsInTime(const MapText& map, const EnvironmentOptions& options) {
  const std::vector<int> steps = stepsFrom(map.grid, map.starts);
  for (const int goal : map.goals) {
    const int needed = steps[static_cast<std::size_t>(goal)];
    if (needed <= options.horizon) continue;
    failAt(map, options, goal,
           fmt::format("the goal here is {} steps from the nearest start, but an episode has {} (horizon); allow more "
                       "steps, or move goal or start",
                       needed, options.horizon));
  }
}

void requireDoorsInTime(const MapText& map, const EnvironmentOptions& options) {
  const std::vector<int> to_key = stepsFrom(map.grid, map.starts);
  const bool goes_by_key = map.keys.size() <= map.doors.size();
  for (const int from : goes_by_key ? map.keys : map.doors) {
    const std::vector<int> between = stepsFrom(map.grid, {from});
    for (const int to : goes_by_key ? map.doors : map.keys) {
      const int key = goes_by_key ? from : to;
      const int door = goes_by_key ? to : from;
      // An episode that begins on the key needs a step there to take it.
      const int needed = std::max(to_key[static_cast<std::size_t>(key)], 1) + between[static_cast<std::size_t>(to)];
      if (needed <= options.horizon) continue;
      failAt(map, options, door,
             fmt::format("the way from the nearest start over the key at {} to the door here takes {} steps, but an "
                         "episode has {} (horizon); allow more steps, or move key, door or start",
                         mapPlace(map.grid, key), needed, options.horizon));
    }
  }
}

}  // namespace

void requireSolvable(const MapText& map, const EnvironmentOptions& options) {
  requireConnected(map, options);
  map.hasKeys() ? requireDoorsInTime(map, options) : requireGoalsInTime(map, options);
}

}  // namespace limbeck
