// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/env/environment.h"
#include "core/rl/environment_spec.h"

namespace limbeck {

/// The moves of the AD paper's grids, in its order. "Up" is towards y = 0, the first line of a drawn grid.
enum class GridAction : Action { Left = 0, Right = 1, Up = 2, Down = 3, Stay = 4 };
inline constexpr int kGridActionCount = 5;

/// "left", "right", "up", "down", "no-op".
std::vector<std::string> gridActionNames();

/// A square of `size` x `size` cells, numbered row by row from the top left: cell = y * size + x.
class Grid {
 public:
  explicit Grid(int size) : size_(size) {}

  int size() const { return size_; }
  int cellCount() const { return size_ * size_; }
  int x(int cell) const { return cell % size_; }
  int y(int cell) const { return cell / size_; }
  int cellAt(int x, int y) const { return y * size_ + x; }

  /// The cell that a move leads to; a move into a wall leaves the agent where it is.
  int move(int cell, GridAction action) const;
  /// Of an even size, which has no middle cell, the one right of and below the middle: (size / 2, size / 2).
  int centre() const { return cellAt(size_ / 2, size_ / 2); }
  /// The top left cell, (0,0).
  int corner() const { return 0; }
  /// The cells in which an episode may begin, each as likely as the others.
  std::vector<int> startCells(StartRule rule) const;
  /// "(7,1)": x, then y.
  std::string cellName(int cell) const;

 private:
  int size_;
};

}  // namespace limbeck
