// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of Dark Room and Key-to-Door a second time, plainly: coordinates and ifs instead of tables. Slow on
// purpose; the tables are held against it.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/env/environment.h"

namespace limbeck::testing {

using Cell = std::pair<int, int>;  ///< x, y

class PlainRules {
 public:
  /// Reads the goal, or key and door, from the task's name.
  PlainRules(const EnvironmentOptions& options, const std::string& task_name) : options_(options) {
    const bool is_room = std::sscanf(task_name.c_str(), "goal (%d,%d)", &goal_.first, &goal_.second) == 2;
    const bool is_door = std::sscanf(task_name.c_str(), "key (%d,%d) door (%d,%d)", &key_.first, &key_.second,
                                     &goal_.first, &goal_.second) == 4;
    if (is_room == is_door) throw std::invalid_argument(task_name);
    needs_key_ = is_door;
  }

  std::vector<Cell> starts() const {
    const int middle = options_.size / 2;
    if (options_.start == StartRule::Centre) return {{middle, middle}};
    if (options_.start == StartRule::Corner) return {{0, 0}};
    std::vector<Cell> cells;
    for (int y = 0; y < options_.size; ++y) {
      for (int x = 0; x < options_.size; ++x) cells.emplace_back(x, y);
    }
    return cells;
  }

  void startAt(Cell cell) {
    at_ = cell;
    steps_ = 0;
    has_key_ = false;
    was_paid_ = false;
  }

  /// Moves and says what it pays. Afterwards `end()` holds.
  float step(int action) {
    static constexpr int kDx[] = {-1, 1, 0, 0, 0};
    static constexpr int kDy[] = {0, 0, -1, 1, 0};
    const Cell to = {at_.first + kDx[action], at_.second + kDy[action]};
    if (to.first >= 0 && to.first < options_.size && to.second >= 0 && to.second < options_.size) at_ = to;
    ++steps_;
    end_ = steps_ == options_.horizon ? End::Truncated : End::None;
    if (needs_key_ && !has_key_) {
      has_key_ = at_ == key_;
      return has_key_ ? 1.0F : 0.0F;
    }
    if (at_ != goal_) return 0.0F;
    if (options_.ends_at_goal) end_ = End::Terminated;
    const bool pays = options_.reward == RewardRule::EveryStep || !was_paid_;
    was_paid_ = true;
    return pays ? 1.0F : 0.0F;
  }

  Cell at() const { return at_; }
  End end() const { return end_; }
  Cell goal() const { return goal_; }  ///< or the door
  Cell key() const { return key_; }

 private:
  EnvironmentOptions options_;
  Cell goal_;
  Cell key_;
  bool needs_key_ = false;
  Cell at_;
  int steps_ = 0;
  bool has_key_ = false;
  bool was_paid_ = false;
  End end_ = End::None;
};

inline int distance(Cell a, Cell b) {
  return std::abs(a.first - b.first) + std::abs(a.second - b.second);
}

}  // namespace limbeck::testing
