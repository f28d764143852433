// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/source/lazy_network.h"

namespace limbeck {

/// A policy and a value of every input from one network, and the gradient of an actor-critic's loss. Everything about
/// an input is worked out once between two updates; a step costs a draw and a few sums.
class PolicyNetwork {
 public:
  PolicyNetwork(const ObservationFeatures& features, const MlpShape& shape, const Rng& rng, std::int64_t most_steps);

  void want(int input) { network_.want(input); }
  void evaluate();

  float value(int input) const { return network_.outputs(network_.rowOf(input))[action_count_]; }
  float probability(int input, int action) const { return probabilities_[place(network_.rowOf(input)) + action]; }
  /// `draw`: uniform in [0, 1).
  int choose(int input, float draw) const {
    const float* const below = &cumulative_[place(network_.rowOf(input))];
    int action = 0;
    for (int i = 0; i + 1 < action_count_; ++i) action += draw >= below[i] ? 1 : 0;
    return action;
  }

  /// A step that makes `action` more likely in proportion to `weight` (less likely if negative), and pulls the value
  /// towards `target`.
  void addStep(int input, int action, float weight, float target) {
    const int row = network_.rowOf(input);
    network_.outputGradients(row)[action] -= weight;
    Sums& sums = sums_[static_cast<std::size_t>(row)];
    sums.weight += weight;
    sums.target += target;
    sums.count += 1.0F;
  }

  /// One optimiser step along the mean over the steps that were added since the last one.
  void learn(double entropy_bonus, double value_weight, const AdamSettings& settings);

 private:
  struct Sums {
    float weight = 0.0F;
    float target = 0.0F;
    float count = 0.0F;
  };
  std::size_t place(int row) const { return static_cast<std::size_t>(row) * static_cast<std::size_t>(action_count_); }
  void finishGradient(int row, float entropy_bonus, float value_weight, float scale);

  int action_count_;
  LazyNetwork network_;
  std::vector<float> probabilities_;  ///< [rows, actions]
  std::vector<float> cumulative_;     ///< [rows, actions]
  std::vector<Sums> sums_;            ///< [rows]
};

}  // namespace limbeck
