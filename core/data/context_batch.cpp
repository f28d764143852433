// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/context_batch.h"

namespace limbeck {

void ContextBatch::resize(int new_windows, int new_length, int new_observation_size) {
  windows = new_windows;
  length = new_length;
  observation_size = new_observation_size;
  const std::size_t positions = static_cast<std::size_t>(windows) * static_cast<std::size_t>(length);
  observations.resize(positions * static_cast<std::size_t>(observation_size));
  previous_actions.resize(positions);
  previous_rewards.resize(positions);
  previous_ends.resize(positions);
  actions.resize(positions);
}

}  // namespace limbeck
