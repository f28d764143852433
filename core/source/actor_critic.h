// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/source/source_algorithm.h"

namespace limbeck {

/// What A2C and PPO do differently with a rollout.
struct ActorCriticUpdates {
  int epochs = 1;                     ///< times that a rollout is learned from
  int minibatches = 1;                ///< parts that it is cut into each time, at random
  double clip_ratio = 0.0;            ///< of PPO; 0: none
  bool normalises_advantage = false;  ///< by mean and deviation of each part
};

/// Synchronous advantage actor-critic: all actors play `rollout_steps` steps with one policy, then the network learns
/// from what they saw. Policy and value share the network. Advantages and the value's targets are those of generalised
/// advantage estimation (Schulman et al. 2016) with `trace_decay`; an episode that the horizon cut bootstraps from
/// where it was cut, one that the task ended does not.
class ActorCritic final : public SourceAlgorithm {
 public:
  ActorCritic(const SourceOptions& options, const ActorCriticUpdates& updates) : options_(options), updates_(updates) {}

  void learn(const TabularTask& task, const Rng& rng, HistoryBuffer& buffer) const override {
    learnEach(task, std::span(&rng, 1), std::span(&buffer, 1), nullptr);
  }
  void learnEach(const TabularTask& task, std::span<const Rng> rngs, std::span<HistoryBuffer> buffers,
                 LearningWatch* watch) const override;
  int historiesTogether() const override { return options_.actors; }
  bool learnsJointly() const override { return true; }

 private:
  SourceOptions options_;
  ActorCriticUpdates updates_;
};

}  // namespace limbeck
