// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/base/team.h"
#include "core/data/context_batch.h"
#include "core/model/fused/fused_model.h"

namespace limbeck::test {

/// A table of kernels that this processor runs.
struct KernelChoice {
  fused::InstructionSet set;
  Precision precision;

  const fused::Kernels& kernels() const { return fused::kernelsFor(set, precision); }
  std::string name() const {
    return std::string(kernels().name) + (precision == Precision::BFloat16 ? " bf16" : " fp32");
  }
};

/// Each table once.
inline std::vector<KernelChoice> kernelChoices() {
  std::vector<KernelChoice> choices;
  for (const fused::InstructionSet set : fused::availableInstructionSets()) {
    for (const Precision precision : {Precision::Float32, Precision::BFloat16}) {
      const KernelChoice choice{set, precision};
      const auto is_same = [&](const KernelChoice& other) { return &other.kernels() == &choice.kernels(); };
      if (std::ranges::none_of(choices, is_same)) choices.push_back(choice);
    }
  }
  return choices;
}

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

/// Weights as large as a trained model's, so that rounding shows as it does there: normal with a deviation of
/// 1 / sqrt(inputs), half of that where a branch ends; 1.5 times that for queries and keys, so that scores deviate by 2
/// to 3 and attention picks a few tokens out of hundreds. Embeddings deviate by 0.5, biases and gains by 0.1.
inline TensorMap trainedLikeWeights(const SequenceModel& model, std::uint64_t seed) {
  Rng rng(Seed{seed});
  TensorMap weights = model.exportState(false);
  const auto width = static_cast<std::size_t>(model.config().width);
  for (auto& [name, tensor] : weights) {
    const bool is_gain = name.find("norm") != name.npos && name.ends_with("weight");
    const bool is_matrix = tensor.shape.size() == 2 && name.find("embed") == name.npos;
    const double deviation = is_matrix ? 1.0 / std::sqrt(static_cast<double>(tensor.shape[1])) : 0.1;
    for (std::size_t i = 0; i < tensor.values.size(); ++i) {
      double value = rng.normal() * deviation + (is_gain ? 1.0 : 0.0);
      if (name.find("qkv") != name.npos && is_matrix && i < 2 * width * width) value *= 1.5;
      if (name.find("embed") != name.npos) value *= 5.0;
      if (is_matrix && (name.find("attention.out") != name.npos || name.find("mlp.out") != name.npos)) value *= 0.5;
      tensor.values[i] = static_cast<float>(value);
    }
  }
  return weights;
}

}  // namespace limbeck::test
