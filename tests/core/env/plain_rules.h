// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of the grids a second time, plainly: coordinates, characters and ifs instead of tables. Slow on purpose;
// the tables are held against it. What chance does on slippery floor is not in it.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/env/environment.h"

namespace limbeck::testing {

using Cell = std::pair<int, int>;  ///< x, y

class PlainRules {
 public:
  /// Reads the goal, or key and door, or what the buttons do, from the task's name.
  PlainRules(const EnvironmentOptions& options, const std::string& task_name) : options_(options) {
    readMap();
    const bool is_room = std::sscanf(task_name.c_str(), "goal (%d,%d)", &goal_.first, &goal_.second) == 2;
    const bool is_door = std::sscanf(task_name.c_str(), "key (%d,%d) door (%d,%d)", &key_.first, &key_.second,
                                     &goal_.first, &goal_.second) == 4;
    const bool is_permuted = task_name.starts_with("moves ");
    if (int{is_room} + int{is_door} + int{is_permuted} != 1) throw std::invalid_argument(task_name);
    needs_key_ = is_door;
    if (!is_permuted) return;
    goal_ = options.goal == GoalRule::Corner ? Cell{0, 0} : Cell{width_ - 1, height_ - 1};
    std::string names = task_name.substr(6) + ", ";
    for (std::string& button : buttons_) {
      button = names.substr(0, names.find(','));
      names.erase(0, button.size() + 2);
    }
  }

  std::vector<Cell> starts() const {
    const int middle = options_.size / 2;
    if (options_.start == StartRule::Centre) return {{middle, middle}};
    if (options_.start == StartRule::Corner) return {{0, 0}};
    std::vector<Cell> marked;
    std::vector<Cell> cells;
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        if (characterAt({x, y}) == 'S') marked.emplace_back(x, y);
        if (characterAt({x, y}) != '#') cells.emplace_back(x, y);
      }
    }
    return marked.empty() ? cells : marked;
  }

  void startAt(Cell cell) {
    at_ = cell;
    steps_ = 0;
    has_key_ = false;
    was_paid_ = false;
  }

  /// Moves and says what it pays. Afterwards `end()` holds.
  float step(int action) {
    const std::string& move = buttons_.at(static_cast<std::size_t>(action));
    Cell to = at_;
    if (move == "left") --to.first;
    if (move == "right") ++to.first;
    if (move == "up") --to.second;
    if (move == "down") ++to.second;
    const bool is_inside = to.first >= 0 && to.first < width_ && to.second >= 0 && to.second < height_;
    if (is_inside && characterAt(to) != '#') at_ = to;
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
  /// The lines of the map; a room without one is all floor.
  void readMap() {
    std::istringstream lines(options_.map);
    for (std::string line; std::getline(lines, line);) map_.push_back(line);
    if (map_.empty()) map_.assign(options_.size, std::string(options_.size, '.'));
    width_ = static_cast<int>(map_.front().size());
    height_ = static_cast<int>(map_.size());
  }
  char characterAt(Cell cell) const {
    return map_.at(static_cast<std::size_t>(cell.second)).at(static_cast<std::size_t>(cell.first));
  }

  EnvironmentOptions options_;
  std::vector<std::string> map_;
  int width_ = 0;
  int height_ = 0;
  std::array<std::string, 5> buttons_ = {"left", "right", "up", "down", "no-op"};
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
