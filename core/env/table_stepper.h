// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/rng.h"
#include "core/env/tabular_task.h"

namespace limbeck {

/// Plays one task by table lookups: the inner loop of the source algorithms and of `VectorEnvironment`. Borrows the
/// task, which must outlive it unchanged. It does not reset itself: after a step that ends the episode call `reset`.
/// Checks nothing.
class TableStepper {
 public:
  struct Outcome {
    float reward = 0.0F;
    End end = End::None;
  };

  explicit TableStepper(const TabularTask& task)
      : next_state_(task.next_state.data()),
        reward_(task.reward.data()),
        terminal_(task.terminal.data()),
        start_states_(task.start_states.data()),
        start_count_(static_cast<std::uint32_t>(task.start_states.size())),
        action_count_(task.spec.action_count),
        horizon_(task.spec.horizon),
        slip_(task.slip.empty() ? nullptr : task.slip.data()),
        pays_by_chance_(task.pays_by_chance),
        state_(start_states_[0]) {}

  /// Begins an episode in a drawn start state and returns it. Draws nothing when there is only one.
  int reset(Rng& rng) { return startAt(start_count_ == 1 ? start_states_[0] : start_states_[rng.below(start_count_)]); }
  /// Begins an episode in a state of the caller's choice, or goes on with one after so many steps.
  int startAt(int state, int steps = 0) {
    steps_ = steps;
    return state_ = state;
  }

  /// `action` must be below the task's action count. Draws from `rng` only where the task leaves something to chance: a
  /// deterministic task draws nothing.
  Outcome step(Action action, Rng& rng) {
    if (slip_ != nullptr && rng.uniform() < slip_[state_]) {
      action = static_cast<Action>(rng.below(static_cast<std::uint32_t>(action_count_)));
    }
    const int entry = state_ * action_count_ + action;
    state_ = next_state_[entry];
    ++steps_;
    End end = steps_ == horizon_ ? End::Truncated : End::None;
    if (terminal_[state_] != 0) end = End::Terminated;
    if (pays_by_chance_) return {rng.uniform() < reward_[entry] ? 1.0F : 0.0F, end};
    return {reward_[entry], end};
  }

  int state() const { return state_; }
  /// Steps taken in this episode.
  int steps() const { return steps_; }

 private:
  const std::uint16_t* next_state_;
  const float* reward_;
  const std::uint8_t* terminal_;
  const std::uint16_t* start_states_;
  std::uint32_t start_count_;
  int action_count_;
  int horizon_;
  const float* slip_;
  bool pays_by_chance_;
  int state_;
  int steps_ = 0;
};

}  // namespace limbeck
