// SPDX-License-Identifier: GPL-3.0-or-later
// Every grid environment of Limbeck is a small deterministic MDP, so one type holds them all: tables that one lookup a step
// reads. Planning (reference_returns.h), tabular learners and the vector environment work on it alike.
#pragma once

#include <cstdint>
#include <vector>

#include "core/rl/environment_spec.h"

namespace limbeck {

/// One task (an MDP with known rules) as flat tables. States include what the observation hides, such as "holds the key".
struct TabularTask {
  EnvironmentSpec spec;
  int state_count = 0;
  std::vector<std::uint16_t> next_state;    ///< [state_count, action_count]
  std::vector<float> reward;                ///< [state_count, action_count], paid on the move
  std::vector<std::uint8_t> terminal;       ///< [state_count]: entering a 1 ends the episode (Terminated)
  std::vector<std::uint8_t> observation;    ///< [state_count, observationSize()]
  std::vector<std::uint16_t> start_states;  ///< an episode starts in one of them, uniformly
};

}  // namespace limbeck
