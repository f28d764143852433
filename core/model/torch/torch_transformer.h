// SPDX-License-Identifier: GPL-3.0-or-later
// The causal transformer as a function of named weights, for training, evaluation and decoding.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/data/context_batch.h"
#include "core/model/transformer_config.h"

namespace limbeck::torch_backend {

struct LinearWeights {
  at::Tensor weight;
  at::Tensor bias;
};

struct LayerWeights {
  LinearWeights norm1, qkv, out, norm2, mlp_in, mlp_out;
};

/// Views of one flat float32 buffer in the order of parameter_layout.h. Undefined tensors are parameters the
/// architecture lacks.
struct Weights {
  std::vector<at::Tensor> observation;
  at::Tensor action, reward, end, mask, position;
  std::vector<LayerWeights> layers;
  LinearWeights final_norm, head;
  std::vector<at::Tensor> all;  ///< in layout order
};

/// With `flat_gradient` defined the views are leaves of autograd that add their gradients into it.
Weights viewWeights(const TransformerConfig& config, const at::Tensor& flat, const at::Tensor& flat_gradient = {});

/// Token columns on the device, [windows, length].
struct TokenTensors {
  at::Tensor observations;  ///< int64 [windows, length, observation_size]
  at::Tensor actions;       ///< int64, the previous ones
  at::Tensor rewards;       ///< float
  at::Tensor ends;          ///< int64
};

/// Copies `windows` windows of `length` to `device`.
TokenTensors toTensors(std::span<const std::uint8_t> observations, std::span<const std::uint8_t> actions,
                       std::span<const float> rewards, std::span<const std::uint8_t> ends, int windows, int length,
                       at::Device device);

/// Windows [begin, begin + count) of a batch.
TokenTensors windowTensors(const ContextBatch& batch, int begin, int count, at::Device device);
/// Their actions, int64 [count, length].
at::Tensor targetTensor(const ContextBatch& batch, int begin, int count, at::Device device);

/// What training adds to a pass: dropout, drawn from its own generator so that no other model's draws matter.
struct TrainingNoise {
  at::Generator generator;
  at::Tensor hidden;  ///< bool [windows, tokens], or undefined: tokens replaced by embed.mask
};

/// Keys and values of a layer, [windows, heads, tokens, head_width] each, as they are made.
using KeyValueSink = std::function<void(int layer, const at::Tensor& keys, const at::Tensor& values)>;
/// Replaces attention over the pass's own tokens: queries, keys, values -> mixed values, all [windows, heads, tokens,
/// head_width].
using Attention = std::function<at::Tensor(int layer, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v)>;

/// How attention over a window is computed where LibTorch has no fused operation for it. The results are the same.
enum class Attending {
  Blocks,       ///< block by block of queries, without the keys ahead of them: half of the work, out of the cache
  WholeWindow,  ///< all scores at once: few large operations
};

class TorchTransformer {
 public:
  TorchTransformer(TransformerConfig config, Weights weights, Attending attending = Attending::Blocks)
      : config_(std::move(config)), weights_(std::move(weights)), attending_(attending) {}

  const TransformerConfig& config() const { return config_; }
  const Weights& weights() const { return weights_; }

  /// 1, or 3 for TokenScheme::Three: previous action, previous reward, observation.
  int tokensPerStep() const { return config_.tokens == TokenScheme::One ? 1 : 3; }
  /// Tokens in a window: with Three the first observation has no action and reward before it.
  int tokenCount(int length) const { return tokensPerStep() * (length - 1) + 1; }

  /// Draws which tokens are hidden: bool [windows, tokens].
  at::Tensor drawHidden(int windows, int length, const at::Generator& generator) const;
  /// Float [windows, length], 1 where an action can be asked for: it is read from the observation's token, so where
  /// that is hidden there is nothing to answer.
  at::Tensor answered(const at::Tensor& hidden) const;

  /// Logits of the next action [windows, length, action_count] in float32.
  at::Tensor logits(const TokenTensors& tokens, const TrainingNoise* noise = nullptr,
                    const KeyValueSink& sink = {}) const;

  /// Embeds without positions: [windows, length, tokensPerStep, width].
  at::Tensor embed(const TokenTensors& tokens) const;
  /// All layers and the head over x [windows, tokens, width], returning logits [windows, tokens, action_count].
  at::Tensor run(at::Tensor x, const TrainingNoise* noise, const Attention& attention) const;

 private:
  at::Tensor drop(const at::Tensor& x, double probability, const TrainingNoise* noise) const;
  at::Tensor runLayer(int layer, const at::Tensor& x, const TrainingNoise* noise, const Attention& attention) const;
  at::Tensor selfAttention(int layer, const at::Tensor& x, const Attention& attention) const;
  at::Tensor causalAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                             const TrainingNoise* noise) const;
  at::Tensor attentionInBlocks(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                               const TrainingNoise* noise) const;
  at::Tensor hide(const at::Tensor& x, const TrainingNoise* noise) const;

  TransformerConfig config_;
  Weights weights_;
  Attending attending_;
};

}  // namespace limbeck::torch_backend
