// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/weights.h"

#include <cstddef>

#include "core/model/parameter_layout.h"

namespace limbeck::torch_backend {
namespace {

/// Hands out the views of a flat buffer in layout order.
class WeightTaker {
 public:
  explicit WeightTaker(const std::vector<at::Tensor>& all) : all_(all) {}
  at::Tensor one() { return all_[next_++]; }
  LinearWeights pair() {
    const at::Tensor weight = one();
    return {weight, one()};
  }

 private:
  const std::vector<at::Tensor>& all_;
  std::size_t next_ = 0;
};

}  // namespace

Weights viewWeights(const TransformerConfig& config, const at::Tensor& flat, const at::Tensor& flat_gradient) {
  Weights weights;
  for (const ParameterInfo& info : parameterLayout(config)) {
    at::Tensor view = flat.narrow(0, info.offset, info.size).view(info.shape).detach();
    if (flat_gradient.defined()) {
      view.requires_grad_(true);
      view.mutable_grad() = flat_gradient.narrow(0, info.offset, info.size).view(info.shape);
    }
    weights.all.push_back(view);
  }
  WeightTaker taker(weights.all);
  for (int i = 0; i < config.spec.observationSize(); ++i) weights.observation.push_back(taker.one());
  weights.action = taker.one();
  weights.reward = taker.one();
  if (config.tokens == TokenScheme::One) weights.end = taker.one();
  if (config.input_mask > 0.0) weights.mask = taker.one();
  if (config.hasPositions()) weights.position = taker.one();
  for (int layer = 0; layer < config.layers; ++layer) {
    if (config.backbone == Backbone::Lstm) {
      const LinearWeights input = taker.pair();
      weights.lstm_layers.push_back({input, taker.one()});
      continue;
    }
    LayerWeights& to = weights.layers.emplace_back();
    for (LinearWeights* part : {&to.norm1, &to.qkv, &to.out, &to.norm2, &to.mlp_in, &to.mlp_out}) *part = taker.pair();
  }
  if (config.hasFinalNorm()) weights.final_norm = taker.pair();
  weights.head = taker.pair();
  if (config.actor_critic) weights.value = taker.pair();
  return weights;
}

}  // namespace limbeck::torch_backend
