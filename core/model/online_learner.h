// SPDX-License-Identifier: GPL-3.0-or-later
// Training of a recurrent actor-critic on what it does itself: what core/meta sees of it. The gradient runs back
// through the steps since the last update, while the memory goes on.
#pragma once

#include <cstdint>
#include <span>

#include "core/model/tensor_file.h"
#include "core/model/token_columns.h"

namespace limbeck {

/// What came of the steps since the last update, [steps, streams], the oldest first.
struct UnrollTargets {
  std::span<const std::uint8_t> actions;  ///< what was done
  std::span<const float> advantages;      ///< how much better that was than expected
  std::span<const float> returns;         ///< what the values should have been
};

struct ActorCriticOptions {
  double value_weight = 0.5;     ///< of the squared error of the values, halved
  double entropy_weight = 0.01;  ///< of the policy's entropy, which is to be large
};

/// Means over steps and streams.
struct ActorCriticResult {
  double loss = 0.0;  ///< policy_loss + value_weight * value_loss - entropy_weight * entropy
  double policy_loss = 0.0;
  double value_loss = 0.0;
  double entropy = 0.0;        ///< nats
  double gradient_norm = 0.0;  ///< before clipping
};

/// Many streams that act with the weights of the moment and change them. Not thread-safe.
class OnlineLearner {
 public:
  virtual ~OnlineLearner() = default;

  /// Appends one token to every stream's memory, which is emptied before where `begins` [streams] is 1, and keeps how
  /// it came to its answers for the next `update`. `log_probabilities`: of the next action, [streams, action_count];
  /// `values`: [streams].
  virtual void act(const TokenColumns& tokens, std::span<const std::uint8_t> begins, std::span<float> log_probabilities,
                   std::span<float> values) = 0;

  /// What `act` would say of the values where nothing begins, leaving the memory as it is, [streams].
  virtual void values(const TokenColumns& tokens, std::span<float> values) = 0;

  /// One optimiser step on all `act`s since the last one; then they are forgotten, but for the memory they left. A loss
  /// or gradient that is not finite leaves the weights untouched and is returned as it is.
  virtual ActorCriticResult update(const UnrollTargets& targets, const ActorCriticOptions& options,
                                   double learning_rate) = 0;

  /// The memory of all streams, for going on later; nothing between an `act` and its `update`.
  virtual Tensor exportMemory() const = 0;
  /// The inverse. Throws Error(Corrupt) for one of another shape.
  virtual void importMemory(const Tensor& memory) = 0;
};

}  // namespace limbeck
