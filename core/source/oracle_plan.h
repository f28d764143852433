// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "core/env/tabular_task.h"

namespace limbeck {

/// What a player that knows the task may do at each step of an episode: actions that (1) lead to the greatest
/// undiscounted return in the steps left, (2) among these collect it soonest, and (3) among these would collect most if
/// the episode went on. Without (2) a player with time to spare idles before a reward that is paid once; without (3) it
/// wanders when the reward has come out of reach. What is still equal is left to chance. Immutable and thread-safe.
class OraclePlan {
 public:
  /// O(horizon * states * actions).
  explicit OraclePlan(const TabularTask& task);

  /// How many actions are equally good in `state` after `steps` steps of the episode; at least 1.
  int choices(int steps, int state) const { return counts_[place(steps, state)]; }
  /// One of them.
  Action action(int steps, int state, int choice) const {
    return actions_[place(steps, state) * static_cast<std::size_t>(action_count_) + choice];
  }

 private:
  std::size_t place(int steps, int state) const { return static_cast<std::size_t>(steps) * state_count_ + state; }

  int action_count_;
  int state_count_;
  std::vector<std::uint8_t> counts_;  ///< [horizon, states]
  std::vector<Action> actions_;       ///< [horizon, states, actions], the first `counts_` of each row are good
};

}  // namespace limbeck
