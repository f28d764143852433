// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/policy_network.h"

#include <algorithm>
#include <cmath>

namespace limbeck {
namespace {

constexpr float kLeastProbability = 1e-30F;

}  // namespace

PolicyNetwork::PolicyNetwork(const ObservationFeatures& features, const MlpShape& shape, const Rng& rng,
                             std::int64_t most_steps)
    : action_count_(shape.outputs - 1),
      network_(features, shape, rng, most_steps),
      probabilities_(place(network_.capacity())),
      cumulative_(probabilities_.size()),
      sums_(static_cast<std::size_t>(network_.capacity())) {}

void PolicyNetwork::evaluate() {
  for (int row = network_.evaluate(); row < network_.rowCount(); ++row) {
    const std::span logits(network_.outputs(row), static_cast<std::size_t>(action_count_));
    float* const probabilities = &probabilities_[place(row)];
    const float greatest = std::ranges::max(logits);
    float sum = 0.0F;
    for (int action = 0; action < action_count_; ++action) {
      probabilities[action] = std::exp(logits[static_cast<std::size_t>(action)] - greatest);
      sum += probabilities[action];
    }
    float below = 0.0F;
    for (int action = 0; action < action_count_; ++action) {
      probabilities[action] /= sum;
      below += probabilities[action];
      cumulative_[place(row) + static_cast<std::size_t>(action)] = below;
    }
  }
}

// Per step the loss is -weight * log p(action) - entropy_bonus * H + value_weight / 2 * (value - target)^2. Its
// gradient in the logits is weight * (p - onehot) + entropy_bonus * p * (log p + H); what does not name the action was
// summed.
void PolicyNetwork::finishGradient(int row, float entropy_bonus, float value_weight, float scale) {
  float* const gradient = network_.outputGradients(row);
  const float* const p = &probabilities_[place(row)];
  Sums& sums = sums_[static_cast<std::size_t>(row)];
  float entropy = 0.0F;
  for (int action = 0; action < action_count_; ++action) {
    entropy -= p[action] * std::log(std::max(p[action], kLeastProbability));
  }
  for (int action = 0; action < action_count_; ++action) {
    const float log_p = std::log(std::max(p[action], kLeastProbability));
    const float of_entropy = entropy_bonus * sums.count * (log_p + entropy);
    gradient[action] = scale * (gradient[action] + p[action] * (sums.weight + of_entropy));
  }
  const float value = network_.outputs(row)[action_count_];
  gradient[action_count_] = scale * value_weight * (sums.count * value - sums.target);
  sums = {};
}

void PolicyNetwork::learn(double entropy_bonus, double value_weight, const AdamSettings& settings) {
  double count = 0.0;
  for (int row = 0; row < network_.rowCount(); ++row) {
    count += static_cast<double>(sums_[static_cast<std::size_t>(row)].count);
  }
  if (count == 0.0) return;
  const auto scale = static_cast<float>(1.0 / count);
  for (int row = 0; row < network_.rowCount(); ++row) {
    finishGradient(row, static_cast<float>(entropy_bonus), static_cast<float>(value_weight), scale);
  }
  network_.learn(settings);
}

}  // namespace limbeck
