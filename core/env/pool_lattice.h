// SPDX-License-Identifier: GPL-3.0-or-later
// Where a swimmer can be in the Watermaze: a round pool on a lattice. Positions are the points of a checkerboard's one
// colour (the middle's) within the pool; headings are the eight compass directions. A stroke is 4 lattice units along a
// row or a column and (3, 3), which is 4.24, along a diagonal: so strokes of all headings are about equally long and
// lead from lattice point to lattice point, and a stroke back undoes a stroke forward exactly. (Both keep the
// checkerboard's colour.)
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/rl/environment_spec.h"

namespace limbeck {

/// The AD paper's eight: four moves, two turns, two turns with a move.
enum class PoolAction : Action {
  Forward = 0,
  Back = 1,
  StrafeLeft = 2,
  StrafeRight = 3,
  TurnLeft = 4,
  TurnRight = 5,
  TurnLeftForward = 6,
  TurnRightForward = 7,
};
inline constexpr int kPoolActionCount = 8;
inline constexpr int kPoolHeadings = 8;

/// "forward", "back", "left", "right", "turn left", ...
std::vector<std::string> poolActionNames();

/// A place, counted from 0 at the left and the top of the pool's bounding square, and a heading: 0 looks right (along
/// x), 2 looks down (along y), each next one an eighth of a circle clockwise.
struct PoolPose {
  int x = 0;
  int y = 0;
  int heading = 0;
  bool operator==(const PoolPose&) const = default;
};

/// Poses are numbered: pose = position * kPoolHeadings + heading, positions row by row from the top left. Immutable.
class PoolLattice {
 public:
  /// `size`: lattice points across the pool, odd; the radius is (size - 1) / 2 units.
  explicit PoolLattice(int size);

  int size() const { return size_; }
  int radius() const { return size_ / 2; }
  int poseCount() const { return static_cast<int>(positions_.size()) * kPoolHeadings; }
  PoolPose pose(int number) const;
  /// -1: there is no such pose.
  int numberOf(const PoolPose& pose) const;
  /// In the middle of the pool.
  int centrePose(int heading) const { return numberOf({radius(), radius(), heading}); }
  /// The pose that an action leads to. A stroke that would leave the pool leaves the swimmer where it is; a turn that
  /// came with it still happens.
  int move(int pose, PoolAction action) const;

 private:
  int strokeFrom(int pose, int direction) const;

  int size_;
  std::vector<std::array<std::int16_t, 2>> positions_;  ///< x, y
  std::vector<std::int32_t> position_at_;               ///< [size, size], -1 where there is none
};

}  // namespace limbeck
