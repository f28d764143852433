// SPDX-License-Identifier: GPL-3.0-or-later
// The causal transformer as a function of named weights, for training, evaluation and decoding.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <utility>

#include "core/model/torch/torch_network.h"

namespace limbeck::torch_backend {

/// Keys and values of a layer, [windows, heads, tokens, head_width] each, as they are made.
using KeyValueSink = std::function<void(int layer, const at::Tensor& keys, const at::Tensor& values)>;
/// Replaces attention over the pass's own tokens: queries, keys, values -> mixed values, all [windows, heads, tokens,
/// head_width].
using Attention = std::function<at::Tensor(int layer, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v)>;

class TorchTransformer final : public TorchNetwork {
 public:
  TorchTransformer(TransformerConfig config, Weights weights, Attending attending = Attending::Blocks)
      : TorchNetwork(std::move(config), std::move(weights)), attending_(attending) {}

  at::Tensor logits(const TokenTensors& tokens, const TrainingNoise* noise = nullptr) const override {
    return logits(tokens, noise, {});
  }
  /// The same; each layer's keys and values go to `sink`, where there is one.
  at::Tensor logits(const TokenTensors& tokens, const TrainingNoise* noise, const KeyValueSink& sink) const;

  /// All layers and the head over x [windows, tokens, width], returning logits [windows, tokens, action_count].
  at::Tensor run(at::Tensor x, const TrainingNoise* noise, const Attention& attention) const;

 private:
  at::Tensor runLayer(int layer, const at::Tensor& x, const TrainingNoise* noise, const Attention& attention) const;
  at::Tensor selfAttention(int layer, const at::Tensor& x, const Attention& attention) const;
  at::Tensor causalAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                             const TrainingNoise* noise) const;
  at::Tensor attentionInBlocks(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                               const TrainingNoise* noise) const;

  Attending attending_;
};

}  // namespace limbeck::torch_backend
