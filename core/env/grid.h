// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/env/environment.h"
#include "core/rl/environment_spec.h"

namespace limbeck {

/// The moves of the AD paper's grids, in its order. "Up" is towards y = 0, the first line of a drawn grid.
enum class GridAction : Action { Left = 0, Right = 1, Up = 2, Down = 3, Stay = 4 };
inline constexpr int kGridActionCount = 5;

/// "left", "right", "up", "down", "no-op".
std::vector<std::string> gridActionNames();

/// `width` x `height` cells, numbered row by row from the top left: cell = y * width + x. Some may be walls.
class Grid {
 public:
  /// A square without walls.
  explicit Grid(int size) : Grid(size, size, {}) {}
  /// `walls`: [height * width], or empty for none.
  Grid(int width, int height, std::vector<bool> walls) : width_(width), height_(height), walls_(std::move(walls)) {}

  int width() const { return width_; }
  int height() const { return height_; }
  int cellCount() const { return width_ * height_; }
  int x(int cell) const { return cell % width_; }
  int y(int cell) const { return cell / width_; }
  int cellAt(int x, int y) const { return y * width_ + x; }
  bool isWall(int cell) const { return !walls_.empty() && walls_[static_cast<std::size_t>(cell)]; }

  /// The cell that a move leads to; a move into a wall or over the edge leaves the agent where it is.
  int move(int cell, GridAction action) const;
  /// Of an even size, which has no middle cell, the one right of and below the middle: (width / 2, height / 2).
  int centre() const { return cellAt(width_ / 2, height_ / 2); }
  /// The top left cell, (0,0).
  int corner() const { return 0; }
  /// The bottom right cell.
  int oppositeCorner() const { return cellCount() - 1; }
  /// The cells in which an episode may begin, each as likely as the others. By `Random` all that are no walls.
  std::vector<int> startCells(StartRule rule) const;
  /// "(7,1)": x, then y.
  std::string cellName(int cell) const;

 private:
  int width_;
  int height_;
  std::vector<bool> walls_;
};

}  // namespace limbeck
