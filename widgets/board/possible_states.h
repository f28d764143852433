// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/env/tabular_task.h"

namespace limbeck {

/// What a recording tells of the states of a task: those in which an episode may be, given all that was seen, done and
/// paid in it. Where something is left to chance, or an observation hides a part of the state, that may be several.
class PossibleStates {
 public:
  /// Borrows the task. `observation`: [observationSize()], what is seen when the episode begins.
  PossibleStates(const TabularTask& task, std::span<const std::uint8_t> observation);

  /// Goes on with a recorded step. `next`: what was seen after it, empty where nobody wrote that down.
  void step(Action action, float reward, End end, std::span<const std::uint8_t> next);

  /// Ascending. Empty: the rules of the task do not explain the recording.
  const std::vector<std::uint16_t>& states() const { return states_; }
  /// What is seen in all of them; empty where they differ, or where there is none.
  std::span<const std::uint8_t> observation() const;

 private:
  std::span<const std::uint8_t> observationOf(int state) const;
  bool explains(std::size_t entry, float reward, End end, std::span<const std::uint8_t> next) const;

  const TabularTask& task_;
  std::vector<std::uint16_t> states_;
  std::vector<std::uint16_t> next_states_;  ///< of the step at work; kept to spare an allocation a step
};

}  // namespace limbeck
