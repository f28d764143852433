// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/torch_transformer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/model/torch/torch_device.h"

namespace limbeck::torch_backend {
namespace {

constexpr double kNormEpsilon = 1e-5;
// Queries are taken in blocks: keys above the diagonal are then skipped and the scores of a block stay in the cache.
constexpr std::int64_t kQueryBlock = 64;

at::Tensor layerNorm(const at::Tensor& x, const LinearWeights& norm) {
  return at::layer_norm(x.to(at::kFloat), {x.size(-1)}, norm.weight, norm.bias, kNormEpsilon);
}

}  // namespace

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
