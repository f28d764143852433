// SPDX-License-Identifier: GPL-3.0-or-later
// Proximal policy optimisation with a clipped ratio (Schulman et al., arXiv 1707.06347), as the source of later work on
// Algorithm Distillation. Several epochs of minibatches on each rollout; advantages are normalised within a minibatch,
// as the implementations of the field have it. Reads what a2c reads, and clip_ratio, update_epochs and minibatches.
#include "core/source/actor_critic.h"
#include "core/source/algorithms.h"

namespace limbeck {

std::unique_ptr<SourceAlgorithm> makePpo(const SourceOptions& options) {
  return std::make_unique<ActorCritic>(options, ActorCriticUpdates{.epochs = options.update_epochs,
                                                                   .minibatches = options.minibatches,
                                                                   .clip_ratio = options.clip_ratio,
                                                                   .normalises_advantage = true});
}

}  // namespace limbeck
