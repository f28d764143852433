// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/torch_network.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/model/torch/torch_lstm.h"
#include "core/model/torch/torch_transformer.h"

namespace limbeck::torch_backend {

at::Tensor TorchNetwork::drawHidden(int windows, int length, const at::Generator& generator) const {
  return at::empty({windows, tokenCount(length)}, weights_.head.weight.options())
      .bernoulli_(config_.input_mask, generator)
      .to(at::kBool);
}

at::Tensor TorchNetwork::answered(const at::Tensor& hidden) const {
  return hidden.slice(1, 0, hidden.size(1), tokensPerStep()).logical_not().to(at::kFloat);
}

at::Tensor TorchNetwork::embed(const TokenTensors& tokens) const {
  at::Tensor seen = at::embedding(weights_.observation[0], tokens.observations.select(2, 0));  // [B, L, W]
  for (std::size_t i = 1; i < weights_.observation.size(); ++i) {
    seen = seen + at::embedding(weights_.observation[i], tokens.observations.select(2, static_cast<std::int64_t>(i)));
  }
  const at::Tensor action = at::embedding(weights_.action, tokens.actions);
  const at::Tensor reward = tokens.rewards.unsqueeze(-1) * weights_.reward;
  if (config_.tokens == TokenScheme::Three) return at::stack({action, reward, seen}, 2);  // [B, L, 3, W]
  return (seen + action + reward + at::embedding(weights_.end, tokens.ends)).unsqueeze(2);
}

at::Tensor TorchNetwork::drop(const at::Tensor& x, double probability, const TrainingNoise* noise) const {
  if (noise == nullptr || probability <= 0.0) return x;
  const at::Tensor kept = at::empty_like(x).bernoulli_(1.0 - probability, noise->generator);
  return x * kept.div_(1.0 - probability);
}

at::Tensor TorchNetwork::hide(const at::Tensor& x, const TrainingNoise* noise) const {
  if (noise == nullptr || !noise->hidden.defined()) return x;
  return at::where(noise->hidden.unsqueeze(-1), weights_.mask, x);
}

std::unique_ptr<TorchNetwork> makeNetwork(const TransformerConfig& config, Weights weights, Attending attending) {
  if (config.backbone == Backbone::Lstm) return std::make_unique<TorchLstm>(config, std::move(weights));
  return std::make_unique<TorchTransformer>(config, std::move(weights), attending);
}

}  // namespace limbeck::torch_backend
