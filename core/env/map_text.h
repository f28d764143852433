// SPDX-License-Identifier: GPL-3.0-or-later
// A grid drawn as text, one character a cell, all lines equally long (blank lines at the end do not count):
//   #  wall                     G  a goal: each is a task of its own, in which it alone pays
//   .  floor                    K  a place for the key    D  a place for the door: each pair of them is a task
//   ~  slippery floor           S  an episode begins in one of these, or, where there is none, anywhere but in a wall
// Key, door, goal and start lie on floor. A map has goals, or keys and doors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/env/environment.h"
#include "core/env/grid.h"

namespace limbeck {

struct MapText {
  Grid grid;
  std::vector<bool> slippery;  ///< [cells]
  // Cells, in the order in which the map is read.
  std::vector<int> starts;
  std::vector<int> goals;
  std::vector<int> keys;
  std::vector<int> doors;

  bool hasKeys() const { return !keys.empty(); }
};

/// Reads `options.map`. Throws Error(InvalidArgument) with the line and column in the map, both from 1, for an unknown
/// character, lines of unequal length, more than 256 cells a side, and a map that makes no task or two kinds of them.
MapText readMapText(const EnvironmentOptions& options);

/// Throws Error(InvalidArgument) unless some way leads from every start to every goal, key and door, and each task can
/// be solved from its nearest start within the horizon. O(cells), with keys and doors O(cells * the fewer of them).
void requireSolvable(const MapText& map, const EnvironmentOptions& options);

/// "line 2, column 7" of a cell.
std::string mapPlace(const Grid& grid, int cell);

}  // namespace limbeck
