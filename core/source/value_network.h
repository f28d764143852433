// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "core/source/action_values.h"
#include "core/source/lazy_network.h"

namespace limbeck {

/// Action values of every input from a network, and the greatest of them, each worked out once between two updates.
class ValueNetwork {
 public:
  ValueNetwork(const ObservationFeatures& features, const MlpShape& shape, const Rng& rng, std::int64_t most_steps)
      : action_count_(shape.outputs),
        network_(features, shape, rng, most_steps),
        greedy_(static_cast<std::size_t>(network_.capacity())) {}

  void want(int input) { network_.want(input); }
  void evaluate() {
    for (int row = network_.evaluate(); row < network_.rowCount(); ++row) {
      const float* const values = network_.outputs(row);
      Greedy best{values[0], 0};
      for (int action = 1; action < action_count_; ++action) {
        if (values[action] > best.value) best = {values[action], action};
      }
      greedy_[static_cast<std::size_t>(row)] = best;
    }
  }

  const Greedy& greedy(int input) const { return greedy_[static_cast<std::size_t>(network_.rowOf(input))]; }

  /// A step that pulls the value of `action` towards `target`: half the squared error times `weight` is the loss.
  void addStep(int input, int action, float target, float weight) {
    const int row = network_.rowOf(input);
    network_.outputGradients(row)[action] += weight * (network_.outputs(row)[action] - target);
  }

  /// One optimiser step along what was added.
  void learn(const AdamSettings& settings) { network_.learn(settings); }
  void copyParameters(const ValueNetwork& other) { network_.copyParameters(other.network_); }

 private:
  int action_count_;
  LazyNetwork network_;
  std::vector<Greedy> greedy_;  ///< [rows]
};

}  // namespace limbeck
