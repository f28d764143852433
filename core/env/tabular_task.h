// SPDX-License-Identifier: GPL-3.0-or-later
// Every environment of Limbeck is a small MDP, so one type holds them all: tables that one lookup a step reads. Most
// are deterministic; chance enters in two plain ways, slipping and payment by chance, so that exact returns stay exact.
// Planning (reference_returns.h), tabular learners and the vector environment work on it alike.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/rl/environment_spec.h"

namespace limbeck {

class ReducedFrames;

/// One task (an MDP with known rules) as flat tables. States include what the observation hides, such as "holds the
/// key".
struct TabularTask {
  EnvironmentSpec spec;
  int state_count = 0;
  std::vector<std::uint16_t> next_state;    ///< [state_count, action_count]
  std::vector<float> reward;                ///< [state_count, action_count], paid on the move
  std::vector<std::uint8_t> terminal;       ///< [state_count]: entering a 1 ends the episode (Terminated)
  std::vector<std::uint8_t> observation;    ///< [state_count, observationSize()]
  std::vector<std::uint16_t> start_states;  ///< an episode starts in one of them, uniformly
  /// [state_count], or empty for nowhere: the probability that an action drawn uniformly from all of them happens
  /// instead of the one that was chosen there.
  std::vector<float> slip;
  /// Bernoulli rewards: `reward` holds probabilities of a reward of 1, which otherwise is 0.
  bool pays_by_chance = false;
  /// The pictures that observations stand for, where the agent sees pictures (core/env/view/reduced_frames.h). Shared
  /// by all tasks of an environment.
  std::shared_ptr<const ReducedFrames> frames;

  bool isDeterministic() const { return slip.empty() && !pays_by_chance; }
};

}  // namespace limbeck
