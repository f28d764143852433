// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/env/tabular_task.h"

namespace limbeck {

/// What a player that knows the task may do at each step of an episode: actions that (1) lead to the greatest
/// undiscounted return in the steps left, (2) among these collect it soonest, and (3) among these would collect most if
/// the episode went on. Without (2) a player with time to spare idles before a reward that is paid once; without (3) it
/// wanders when the reward has come out of reach. What is still equal is left to chance. Immutable and thread-safe.
class OraclePlan {
 public:
  /// O(horizon * states * actions) at most: with so many steps left that more of them change no choice, it stops.
  explicit OraclePlan(const TabularTask& task);

  /// How many actions are equally good in `state` after `steps` steps of the episode; at least 1.
  int choices(int steps, int state) const { return counts_[place(steps, state)]; }
  /// One of them.
  Action action(int steps, int state, int choice) const {
    return actions_[place(steps, state) * static_cast<std::size_t>(action_count_) + choice];
  }

 private:
  std::size_t place(int steps, int state) const {
    const int steps_left = std::min(horizon_ - steps, planned_);
    return static_cast<std::size_t>(steps_left - 1) * state_count_ + state;
  }

  int action_count_;
  int state_count_;
  int horizon_;
  int planned_ = 0;                   ///< with more steps left than these, the choices are those with these
  std::vector<std::uint8_t> counts_;  ///< [planned_, states], by steps left
  std::vector<Action> actions_;       ///< [planned_, states, actions], the first `counts_` of each row are good
};

}  // namespace limbeck
