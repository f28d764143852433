// SPDX-License-Identifier: GPL-3.0-or-later
// A2C, the synchronous form of A3C (Mnih et al., "Asynchronous Methods for Deep Reinforcement Learning", ICML 2016),
// which is the source of the Algorithm Distillation paper's dark rooms: 100 actors of one learner, each actor's stream
// a history. Synchronous, because that gives the same histories for the same seed. One update a rollout. Reads actors,
// hidden_*, network_learning_rate, gradient_clip, rollout_steps, entropy_bonus, value_weight, discount, trace_decay and
// observes_state. The paper has discount 0.99, trace_decay 0.95, entropy 0.01, 3 x 128 units and Adam(0.9, 0.999, 1e-6)
// at 1e-4; it does not say the length of a rollout, the value's weight or how the network is initialised.
#include "core/source/actor_critic.h"
#include "core/source/algorithms.h"

namespace limbeck {

std::unique_ptr<SourceAlgorithm> makeA2c(const SourceOptions& options) {
  return std::make_unique<ActorCritic>(options, ActorCriticUpdates{});
}

}  // namespace limbeck
