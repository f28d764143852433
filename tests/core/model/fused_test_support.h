// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/base/rng.h"
#include "core/base/team.h"
#include "core/data/context_batch.h"
#include "core/model/fused/fused_model.h"

namespace limbeck::test {

/// Runs the workers of a larger team one after another: same split of the work, no threads.
class PretendTeam final : public Team {
 public:
  explicit PretendTeam(int size) : size_(size) {}
  int size() const override { return size_; }
  void run(const std::function<void(int)>& work) override {
    for (int worker = 0; worker < size_; ++worker) work(worker);
  }

 private:
  int size_;
};

inline TransformerConfig smallConfig(int context_length, int width = 16, int heads = 2, int feed_forward = 32,
                                     int layers = 2) {
  TransformerConfig config;
  config.spec = {{4, 3}, 5, 20};
  config.context_length = context_length;
  config.width = width;
  config.heads = heads;
  config.feed_forward = feed_forward;
  config.layers = layers;
  return config;
}

inline ContextBatch randomBatch(const TransformerConfig& config, int windows, int length, std::uint64_t seed) {
  Rng rng(Seed{seed});
  ContextBatch batch;
  batch.resize(windows, length, config.spec.observationSize());
  for (std::size_t i = 0; i < batch.observations.size(); ++i) {
    batch.observations[i] =
        static_cast<std::uint8_t>(rng.below(static_cast<std::uint32_t>(config.spec.observation_classes[i % 2])));
  }
  for (auto& value : batch.previous_actions) value = static_cast<std::uint8_t>(rng.below(6));
  for (auto& value : batch.previous_rewards) value = static_cast<float>(rng.normal());
  for (auto& value : batch.previous_ends) value = static_cast<std::uint8_t>(rng.below(2));
  for (auto& value : batch.actions) value = static_cast<std::uint8_t>(rng.below(5));
  return batch;
}

/// Weights far from zero, gains and biases included, so that no gradient is small by construction.
inline TensorMap livelyWeights(const SequenceModel& model, std::uint64_t seed) {
  Rng rng(Seed{seed});
  TensorMap weights = model.exportState(false);
  for (auto& [name, tensor] : weights) {
    for (float& value : tensor.values)
      value = static_cast<float>(0.25 * rng.normal() +
                                 (name.find("norm") != name.npos && name.ends_with("weight") ? 1.0 : 0.0));
  }
  return weights;
}

}  // namespace limbeck::test
