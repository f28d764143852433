// SPDX-License-Identifier: GPL-3.0-or-later
// What every architecture of the LibTorch backend has in common: tokens go in, logits of the next action come out.
#pragma once

#include <ATen/ATen.h>

#include <memory>

#include "core/model/torch/token_tensors.h"
#include "core/model/torch/weights.h"
#include "core/model/transformer_config.h"

namespace limbeck::torch_backend {

/// What training adds to a pass: dropout, drawn from its own generator so that no other model's draws matter.
struct TrainingNoise {
  at::Generator generator;
  at::Tensor hidden;  ///< bool [windows, tokens], or undefined: tokens replaced by embed.mask
};

/// How attention over a window is computed where LibTorch has no fused operation for it. The results are the same.
enum class Attending {
  Blocks,       ///< block by block of queries, without the keys ahead of them: half of the work, out of the cache
  WholeWindow,  ///< all scores at once: few large operations
};

/// A function of named weights, for training and evaluation.
class TorchNetwork {
 public:
  TorchNetwork(TransformerConfig config, Weights weights) : config_(std::move(config)), weights_(std::move(weights)) {}
  virtual ~TorchNetwork() = default;

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

  /// Embeds without positions: [windows, length, tokensPerStep, width].
  at::Tensor embed(const TokenTensors& tokens) const;

  /// Logits of the next action [windows, length, action_count] in float32.
  virtual at::Tensor logits(const TokenTensors& tokens, const TrainingNoise* noise = nullptr) const = 0;

 protected:
  TorchNetwork(const TorchNetwork&) = default;
  TorchNetwork(TorchNetwork&&) = default;
  TorchNetwork& operator=(const TorchNetwork&) = default;
  TorchNetwork& operator=(TorchNetwork&&) = default;

  at::Tensor drop(const at::Tensor& x, double probability, const TrainingNoise* noise) const;
  at::Tensor hide(const at::Tensor& x, const TrainingNoise* noise) const;

  TransformerConfig config_;
  Weights weights_;
};

/// Of the architecture that `config` names.
std::unique_ptr<TorchNetwork> makeNetwork(const TransformerConfig& config, Weights weights,
                                          Attending attending = Attending::Blocks);

}  // namespace limbeck::torch_backend
