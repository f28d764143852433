// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/pool_lattice.h"

#include <fmt/format.h>

#include "core/base/check.h"

namespace limbeck {
namespace {

constexpr int kStraight = 4;
constexpr int kDiagonal = 3;
constexpr std::array<std::array<int, 2>, kPoolHeadings> kStrokes = {{{kStraight, 0},
                                                                     {kDiagonal, kDiagonal},
                                                                     {0, kStraight},
                                                                     {-kDiagonal, kDiagonal},
                                                                     {-kStraight, 0},
                                                                     {-kDiagonal, -kDiagonal},
                                                                     {0, -kStraight},
                                                                     {kDiagonal, -kDiagonal}}};
constexpr int kRight = 2;  // what is added to a heading
constexpr int kBackwards = 4;
constexpr int kLeft = 6;
constexpr int kTurnRight = 1;
constexpr int kTurnLeft = 7;

int turned(int pose, int by) {
  const int heading = pose % kPoolHeadings;
  return pose - heading + (heading + by) % kPoolHeadings;
}

}  // namespace

std::vector<std::string> poolActionNames() {
  return {"forward", "back", "left", "right", "turn left", "turn right", "turn left, forward", "turn right, forward"};
}

PoolLattice::PoolLattice(int size) : size_(size), position_at_(static_cast<std::size_t>(size) * size, -1) {
  LIMBECK_CHECK(size % 2 == 1, fmt::format("a pool of {} points has no middle", size));
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const int right = x - radius();
      const int down = y - radius();
      if ((right + down) % 2 != 0 || right * right + down * down > radius() * radius()) continue;
      position_at_[static_cast<std::size_t>(y) * size + x] = static_cast<std::int32_t>(positions_.size());
      positions_.push_back({static_cast<std::int16_t>(x), static_cast<std::int16_t>(y)});
    }
  }
}

PoolPose PoolLattice::pose(int number) const {
  const auto& position = positions_[static_cast<std::size_t>(number / kPoolHeadings)];
  return {position[0], position[1], number % kPoolHeadings};
}

int PoolLattice::numberOf(const PoolPose& pose) const {
  const auto isWithin = [](int value, int count) { return value >= 0 && value < count; };
  if (!isWithin(pose.x, size_) || !isWithin(pose.y, size_) || !isWithin(pose.heading, kPoolHeadings)) return -1;
  const int position = position_at_[static_cast<std::size_t>(pose.y) * size_ + pose.x];
  return position < 0 ? -1 : position * kPoolHeadings + pose.heading;
}

int PoolLattice::strokeFrom(int pose, int direction) const {
  const auto& stroke = kStrokes[static_cast<std::size_t>(direction % kPoolHeadings)];
  const PoolPose from = this->pose(pose);
  const int to = numberOf({from.x + stroke[0], from.y + stroke[1], from.heading});
  return to < 0 ? pose : to;
}

int PoolLattice::move(int pose, PoolAction action) const {
  const int heading = pose % kPoolHeadings;
  switch (action) {
    case PoolAction::Forward:
      return strokeFrom(pose, heading);
    case PoolAction::Back:
      return strokeFrom(pose, heading + kBackwards);
    case PoolAction::StrafeLeft:
      return strokeFrom(pose, heading + kLeft);
    case PoolAction::StrafeRight:
      return strokeFrom(pose, heading + kRight);
    case PoolAction::TurnLeft:
      return turned(pose, kTurnLeft);
    case PoolAction::TurnRight:
      return turned(pose, kTurnRight);
    case PoolAction::TurnLeftForward:
      return strokeFrom(turned(pose, kTurnLeft), heading + kTurnLeft);
    case PoolAction::TurnRightForward:
      return strokeFrom(turned(pose, kTurnRight), heading + kTurnRight);
  }
  LIMBECK_CHECK(false, fmt::format("pool action {}", static_cast<int>(action)));
  return pose;
}

}  // namespace limbeck
