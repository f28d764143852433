// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/grid.h"

#include <fmt/format.h>

namespace limbeck {

std::vector<std::string> gridActionNames() {
  return {"left", "right", "up", "down", "no-op"};
}

int Grid::move(int cell, GridAction action) const {
  int to_x = x(cell);
  int to_y = y(cell);
  switch (action) {
    case GridAction::Left:
      --to_x;
      break;
    case GridAction::Right:
      ++to_x;
      break;
    case GridAction::Up:
      --to_y;
      break;
    case GridAction::Down:
      ++to_y;
      break;
    case GridAction::Stay:
      break;
  }
  const bool is_inside = to_x >= 0 && to_x < width_ && to_y >= 0 && to_y < height_;
  return is_inside && !isWall(cellAt(to_x, to_y)) ? cellAt(to_x, to_y) : cell;
}

std::vector<int> Grid::startCells(StartRule rule) const {
  switch (rule) {
    case StartRule::Centre:
      return {centre()};
    case StartRule::Corner:
      return {corner()};
    case StartRule::Random:
      break;
  }
  std::vector<int> cells;
  for (int cell = 0; cell < cellCount(); ++cell) {
    if (!isWall(cell)) cells.push_back(cell);
  }
  return cells;
}

std::string Grid::cellName(int cell) const {
  return fmt::format("({},{})", x(cell), y(cell));
}

}  // namespace limbeck
