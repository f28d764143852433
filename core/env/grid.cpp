// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/base/check.h"

namespace limbeck {

std::vector<std::string> gridActionNames() {
  return {"left", "right", "up", "down", "no-op"};
}

int Grid::move(int cell, GridAction action) const {
  const int last = size_ - 1;
  switch (action) {
    case GridAction::Left:
      return cellAt(std::max(x(cell) - 1, 0), y(cell));
    case GridAction::Right:
      return cellAt(std::min(x(cell) + 1, last), y(cell));
    case GridAction::Up:
      return cellAt(x(cell), std::max(y(cell) - 1, 0));
    case GridAction::Down:
      return cellAt(x(cell), std::min(y(cell) + 1, last));
    case GridAction::Stay:
      return cell;
  }
  LIMBECK_CHECK(false, fmt::format("grid action {}", static_cast<int>(action)));
  return cell;
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
  std::vector<int> cells(cellCount());
  std::iota(cells.begin(), cells.end(), 0);
  return cells;
}

std::string Grid::cellName(int cell) const {
  return fmt::format("({},{})", x(cell), y(cell));
}

}  // namespace limbeck
