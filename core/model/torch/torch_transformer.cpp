// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/torch_transformer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/check.h"
#include "core/model/parameter_layout.h"
#include "core/model/torch/torch_device.h"

namespace limbeck::torch_backend {
namespace {

constexpr double kNormEpsilon = 1e-5;
// Queries are taken in blocks: keys above the diagonal are then skipped and the scores of a block stay in the cache.
constexpr std::int64_t kQueryBlock = 64;

at::Tensor linear(const at::Tensor& x, const LinearWeights& layer) {
  return at::linear(x, layer.weight, layer.bias);
}

at::Tensor layerNorm(const at::Tensor& x, const LinearWeights& norm) {
  return at::layer_norm(x.to(at::kFloat), {x.size(-1)}, norm.weight, norm.bias, kNormEpsilon);
}

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
  if (config.positions == PositionEncoding::Learned) weights.position = taker.one();
  for (int layer = 0; layer < config.layers; ++layer) {
    LayerWeights& to = weights.layers.emplace_back();
    for (LinearWeights* part : {&to.norm1, &to.qkv, &to.out, &to.norm2, &to.mlp_in, &to.mlp_out}) *part = taker.pair();
  }
  if (config.norm == NormPlacement::Pre) weights.final_norm = taker.pair();
  weights.head = taker.pair();
  return weights;
}

TokenTensors toTensors(std::span<const std::uint8_t> observations, std::span<const std::uint8_t> actions,
                       std::span<const float> rewards, std::span<const std::uint8_t> ends, int windows, int length,
                       at::Device device) {
  const std::int64_t places = static_cast<std::int64_t>(windows) * length;
  LIMBECK_CHECK(static_cast<std::int64_t>(actions.size()) == places &&
                    static_cast<std::int64_t>(rewards.size()) == places &&
                    static_cast<std::int64_t>(ends.size()) == places && observations.size() % actions.size() == 0,
                fmt::format("columns of {} actions, {} rewards, {} ends for {} places", actions.size(), rewards.size(),
                            ends.size(), places));
  const auto bytes = [&](std::span<const std::uint8_t> column, at::IntArrayRef shape) {
    // from_blob wants a non-const pointer but the conversion only reads it.
    return at::from_blob(const_cast<std::uint8_t*>(column.data()), shape, at::kByte).to(device, at::kLong);
  };
  const std::int64_t components = static_cast<std::int64_t>(observations.size()) / places;
  const at::Tensor reward_view = at::from_blob(const_cast<float*>(rewards.data()), {windows, length}, at::kFloat);
  return {bytes(observations, {windows, length, components}), bytes(actions, {windows, length}),
          reward_view.to(device, at::kFloat, false, true), bytes(ends, {windows, length})};
}

TokenTensors windowTensors(const ContextBatch& batch, int begin, int count, at::Device device) {
  const auto part = [&]<typename T>(const std::vector<T>& column, int per_place) {
    const auto stride = static_cast<std::size_t>(batch.length) * static_cast<std::size_t>(per_place);
    return std::span<const T>(column).subspan(static_cast<std::size_t>(begin) * stride,
                                              static_cast<std::size_t>(count) * stride);
  };
  return toTensors(part(batch.observations, batch.observation_size), part(batch.previous_actions, 1),
                   part(batch.previous_rewards, 1), part(batch.previous_ends, 1), count, batch.length, device);
}

at::Tensor targetTensor(const ContextBatch& batch, int begin, int count, at::Device device) {
  const auto first = static_cast<std::size_t>(begin) * static_cast<std::size_t>(batch.length);
  return at::from_blob(const_cast<std::uint8_t*>(batch.actions.data()) + first, {count, batch.length}, at::kByte)
      .to(device, at::kLong);
}

at::Tensor TorchTransformer::drawHidden(int windows, int length, const at::Generator& generator) const {
  return at::empty({windows, tokenCount(length)}, weights_.head.weight.options())
      .bernoulli_(config_.input_mask, generator)
      .to(at::kBool);
}

at::Tensor TorchTransformer::answered(const at::Tensor& hidden) const {
  return hidden.slice(1, 0, hidden.size(1), tokensPerStep()).logical_not().to(at::kFloat);
}

at::Tensor TorchTransformer::embed(const TokenTensors& tokens) const {
  at::Tensor seen = at::embedding(weights_.observation[0], tokens.observations.select(2, 0));  // [B, L, W]
  for (std::size_t i = 1; i < weights_.observation.size(); ++i) {
    seen = seen + at::embedding(weights_.observation[i], tokens.observations.select(2, static_cast<std::int64_t>(i)));
  }
  const at::Tensor action = at::embedding(weights_.action, tokens.actions);
  const at::Tensor reward = tokens.rewards.unsqueeze(-1) * weights_.reward;
  if (config_.tokens == TokenScheme::Three) return at::stack({action, reward, seen}, 2);  // [B, L, 3, W]
  return (seen + action + reward + at::embedding(weights_.end, tokens.ends)).unsqueeze(2);
}

at::Tensor TorchTransformer::drop(const at::Tensor& x, double probability, const TrainingNoise* noise) const {
  if (noise == nullptr || probability <= 0.0) return x;
  const at::Tensor kept = at::empty_like(x).bernoulli_(1.0 - probability, noise->generator);
  return x * kept.div_(1.0 - probability);
}

at::Tensor TorchTransformer::hide(const at::Tensor& x, const TrainingNoise* noise) const {
  if (noise == nullptr || !noise->hidden.defined()) return x;
  return at::where(noise->hidden.unsqueeze(-1), weights_.mask, x);
}

at::Tensor TorchTransformer::logits(const TokenTensors& tokens, const TrainingNoise* noise,
                                    const KeyValueSink& sink) const {
  const std::int64_t windows = tokens.actions.size(0);
  const std::int64_t length = tokens.actions.size(1);
  const std::int64_t group = tokensPerStep();
  const std::int64_t count = tokenCount(static_cast<int>(length));
  at::Tensor x = embed(tokens).view({windows, length * group, config_.width}).narrow(1, group - 1, count);  // [B, T, W]
  x = hide(x, noise);
  if (weights_.position.defined()) x = x + weights_.position.narrow(0, 0, count);
  const at::Tensor all = run(x, noise, [&](int layer, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    if (sink) sink(layer, k, v);
    return causalAttention(q, k, v, noise);
  });
  return group == 1 ? all : all.slice(1, 0, count, group);  // observation tokens are 0, 3, 6, ...
}

at::Tensor TorchTransformer::run(at::Tensor x, const TrainingNoise* noise, const Attention& attention) const {
  x = drop(x, config_.dropout, noise);
  for (int layer = 0; layer < config_.layers; ++layer) x = runLayer(layer, x, noise, attention);
  if (config_.norm == NormPlacement::Pre) x = layerNorm(x, weights_.final_norm);
  return linear(x, weights_.head).to(at::kFloat);  // [B, T, actions]
}

at::Tensor TorchTransformer::runLayer(int layer, const at::Tensor& x, const TrainingNoise* noise,
                                      const Attention& attention) const {
  const LayerWeights& weights = weights_.layers[static_cast<std::size_t>(layer)];
  const bool pre = config_.norm == NormPlacement::Pre;
  const auto mlp = [&](const at::Tensor& in) {
    return linear(at::gelu(linear(in, weights.mlp_in), "tanh"), weights.mlp_out);
  };
  if (pre) {
    const at::Tensor y = x + drop(selfAttention(layer, layerNorm(x, weights.norm1), attention), config_.dropout, noise);
    return y + drop(mlp(layerNorm(y, weights.norm2)), config_.dropout, noise);
  }
  const at::Tensor y = layerNorm(x + drop(selfAttention(layer, x, attention), config_.dropout, noise), weights.norm1);
  return layerNorm(y + drop(mlp(y), config_.dropout, noise), weights.norm2);
}

at::Tensor TorchTransformer::selfAttention(int layer, const at::Tensor& x, const Attention& attention) const {
  const LayerWeights& weights = weights_.layers[static_cast<std::size_t>(layer)];
  const std::int64_t windows = x.size(0);
  const std::int64_t tokens = x.size(1);
  const at::Tensor qkv = linear(x, weights.qkv)
                             .view({windows, tokens, 3, config_.heads, config_.headWidth()})
                             .permute({2, 0, 3, 1, 4})
                             .contiguous();             // [3, B, heads, T, head_width]
  const std::vector<at::Tensor> parts = qkv.unbind(0);  // one stack on the way back, not three sums of padded tensors
  const at::Tensor mixed = attention(layer, parts[0], parts[1], parts[2]);
  return linear(mixed.transpose(1, 2).reshape({windows, tokens, config_.width}), weights.out);
}

at::Tensor TorchTransformer::causalAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                                             const TrainingNoise* noise) const {
  const double dropout = noise == nullptr ? 0.0 : config_.attention_dropout;
#if LIMBECK_TORCH_AT_LEAST(2, 0)
  // It draws from the device's own generator, which is the one that training on a GPU seeds.
  if (dropout <= 0.0 || q.is_cuda()) return at::scaled_dot_product_attention(q, k, v, {}, dropout, true);
#else
  if (dropout <= 0.0 && attending_ == Attending::WholeWindow) {
    return std::get<0>(at::_scaled_dot_product_attention(q, k, v, {}, 0.0, false, true));
  }
#endif
  return attentionInBlocks(q, k, v, noise);
}

at::Tensor TorchTransformer::attentionInBlocks(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                                               const TrainingNoise* noise) const {
  const std::int64_t tokens = q.size(2);
  const std::int64_t block = attending_ == Attending::Blocks ? kQueryBlock : tokens;
  const double scale = 1.0 / std::sqrt(static_cast<double>(config_.headWidth()));
  const at::Tensor scaled = q * scale;
  std::vector<at::Tensor> blocks;
  for (std::int64_t begin = 0; begin < tokens; begin += block) {
    const std::int64_t size = std::min(block, tokens - begin);
    const std::int64_t reach = begin + size;  // the block's last query sees keys [0, reach)
    at::Tensor scores =
        scaled.narrow(2, begin, size).matmul(k.narrow(2, 0, reach).transpose(-2, -1));  // [B, heads, size, reach]
    const at::Tensor ahead = at::ones({size, reach}, q.options().dtype(at::kBool)).triu_(begin + 1);
    scores = scores.masked_fill(ahead, -std::numeric_limits<float>::infinity());
    const at::Tensor weights = drop(scores.softmax(-1), config_.attention_dropout, noise);
    blocks.push_back(weights.matmul(v.narrow(2, 0, reach)));  // [B, heads, size, head_width]
  }
  return blocks.size() == 1 ? blocks[0] : at::cat(blocks, 2);
}

}  // namespace limbeck::torch_backend
