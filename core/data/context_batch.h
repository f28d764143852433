// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/rl/environment_spec.h"

namespace limbeck {

/// What the transformer reads about one moment: the observation, and what the transition before it brought. The model
/// is to name the action. The very first moment of a history has no previous transition: its previous action is
/// `action_count`
/// ("none"), its previous reward 0 and its previous end `None`.
/// A batch holds windows of equal length as columns, [windows, length] row-major.
struct ContextBatch {
  int windows = 0;
  int length = 0;
  int observation_size = 0;
  std::vector<std::uint8_t> observations;      ///< [windows, length, observation_size]
  std::vector<std::uint8_t> previous_actions;  ///< [windows, length], action_count for none
  std::vector<float> previous_rewards;         ///< [windows, length]
  std::vector<std::uint8_t> previous_ends;     ///< [windows, length], 1 when the previous transition ended its episode
  std::vector<std::uint8_t> actions;  ///< [windows, length]: the target, what the source did or the oracle would

  /// Makes room; keeps capacity, so that a batch can be used again without allocation.
  void resize(int new_windows, int new_length, int new_observation_size);
};

}  // namespace limbeck
