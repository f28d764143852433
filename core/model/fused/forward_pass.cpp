// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/model/fused/sequence_pass.h"

namespace limbeck::fused {
namespace {

std::uint64_t mixed(std::uint64_t x) {  // splitmix64's finaliser
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

}  // namespace

DropoutSite SequenceNoise::site(int number, float probability) const {
  if (probability <= 0.0F) return {};
  const std::uint64_t keys = mixed(key + 0x9E3779B97F4A7C15ULL * static_cast<std::uint64_t>(number + 1));
  return {.key0 = static_cast<std::uint32_t>(keys),
          .key1 = static_cast<std::uint32_t>(keys >> 32),
          .threshold = static_cast<std::uint32_t>(std::ldexp(static_cast<double>(probability), 32)),
          .scale = 1.0F / (1.0F - probability)};
}

void embedToken(const Weights& weights, const SequenceTokens& tokens, int index, int position, bool is_hidden,
                float* row) {
  const EnvironmentSpec& spec = weights.config.spec;
  const FusedLayout& layout = weights.layout;
  const int width = weights.config.width;
  const auto add = [&](std::int64_t table, std::int64_t entry, float factor = 1.0F) {
    weights.kernels.addScaled(width, factor, weights.at(table + entry * width), row);
  };
  std::fill_n(row, width, 0.0F);
  if (layout.position >= 0) add(layout.position, position);
  if (is_hidden) return add(layout.mask, 0);
  const int action = tokens.previous_actions[index];
  const int end = tokens.previous_ends[index];
  LIMBECK_CHECK(action <= spec.action_count && end <= 1, fmt::format("token with action {} and end {}", action, end));
  for (int i = 0; i < spec.observationSize(); ++i) {
    const int value = tokens.observations[static_cast<std::int64_t>(index) * spec.observationSize() + i];
    LIMBECK_CHECK(value < spec.observation_classes[i], fmt::format("observation {} has the value {}", i, value));
    add(layout.observation[i], value);
  }
  add(layout.action, action);
  add(layout.end, end);
  add(layout.reward, 0, tokens.previous_rewards[index]);
}

void ForwardPass::embed() {
  float* const x = space_.input(0);
  for (int t = 0; t < tokens_.length; ++t) {
    const bool is_hidden = noise_.hidden != nullptr && noise_.hidden[t] != 0;
    embedToken(weights_, tokens_, t, t, is_hidden, x + static_cast<std::int64_t>(t) * space_.width_ld);
  }
  if (noise_.dropout > 0.0F) {
    kernels_.drop(tokens_.length, weights_.config.width, x, space_.width_ld, x, space_.width_ld, noise_.embedding(), 0);
  }
}

void ForwardPass::project(int layer) {
  const int width = weights_.config.width;
  const LayerOffsets& at = weights_.layout.layers[layer];
  LayerActivations& kept = space_.layer(layer);
  forEachTile(kernels_.row_tile, tokens_.length, [&](int first, int rows) {
    const std::int64_t row = first;
    kernels_.layerNorm(rows, width, kept.x + row * space_.width_ld, space_.width_ld, weights_.at(at.norm1_gain),
                       weights_.at(at.norm1_bias), space_.normed, space_.width_ld, kept.mean1 + row, kept.rstd1 + row);
    kernels_.multiply(rows, 3 * width, width, space_.normed, space_.width_ld, weights_.layers[layer].qkv.forward,
                      weights_.at(at.qkv_bias), kept.qkv + row * space_.qkv_ld, space_.qkv_ld);
  });
}

void ForwardPass::finishLayer(int layer) {
  const TransformerConfig& config = weights_.config;
  LayerActivations& kept = space_.layer(layer);
  const AttentionShape shape{tokens_.length, config.heads,    config.headWidth(),
                             space_.qkv_ld,  space_.width_ld, noise_.attentionWeights(layer)};
  kernels_.attentionForward(shape, kept.qkv, kept.attention, kept.log_sums, space_.attention_scratch);
  feedLayer(layer);
}

void ForwardPass::feedLayer(int layer) {
  const TransformerConfig& config = weights_.config;
  const int ld = space_.width_ld;
  const LayerOffsets& at = weights_.layout.layers[layer];
  LayerActivations& kept = space_.layer(layer);
  const DropoutSite site = noise_.attentionBranch(layer);
  forEachTile(kernels_.row_tile, tokens_.length, [&](int first, int rows) {
    const std::int64_t offset = static_cast<std::int64_t>(first) * ld;
    kernels_.multiply(rows, config.width, config.width, kept.attention + offset, ld, weights_.layers[layer].out.forward,
                      weights_.at(at.out_bias), space_.branch, ld);
    kernels_.addDropped(rows, config.width, kept.x + offset, ld, space_.branch, ld, kept.middle + offset, ld, site,
                        first);
    feedForward(layer, first, rows);
  });
}

void ForwardPass::feedForward(int layer, int first, int rows) {
  const TransformerConfig& config = weights_.config;
  const int ld = space_.width_ld;
  const std::int64_t offset = static_cast<std::int64_t>(first) * ld;
  const LayerOffsets& at = weights_.layout.layers[layer];
  const Weights::Layer& matrices = weights_.layers[layer];
  LayerActivations& kept = space_.layer(layer);
  float* const pre = space_.pre(layer, first);
  kernels_.layerNorm(rows, config.width, kept.middle + offset, ld, weights_.at(at.norm2_gain),
                     weights_.at(at.norm2_bias), space_.normed, ld, kept.mean2 + first, kept.rstd2 + first);
  kernels_.multiply(rows, config.feed_forward, config.width, space_.normed, ld, matrices.mlp_in.forward,
                    weights_.at(at.mlp_in_bias), pre, space_.hidden_ld);
  kernels_.gelu(rows, config.feed_forward, pre, space_.hidden_ld, space_.hidden, space_.hidden_ld);
  kernels_.multiply(rows, config.width, config.feed_forward, space_.hidden, space_.hidden_ld, matrices.mlp_out.forward,
                    weights_.at(at.mlp_out_bias), space_.branch, ld);
  kernels_.addDropped(rows, config.width, kept.middle + offset, ld, space_.branch, ld, space_.input(layer + 1) + offset,
                      ld, noise_.mlpBranch(layer), first);
}

void ForwardPass::allLayers() {
  embed();
  for (int layer = 0; layer < weights_.config.layers; ++layer) {
    project(layer);
    finishLayer(layer);
  }
}

void ForwardPass::logits(int first, int rows) {
  const TransformerConfig& config = weights_.config;
  kernels_.layerNorm(rows, config.width, space_.last + static_cast<std::int64_t>(first) * space_.width_ld,
                     space_.width_ld, weights_.at(weights_.layout.final_gain), weights_.at(weights_.layout.final_bias),
                     space_.normed, space_.width_ld, space_.last_mean + first, space_.last_rstd + first);
  kernels_.multiply(rows, paddedActions(config), config.width, space_.normed, space_.width_ld, weights_.head.forward,
                    weights_.head_bias.data(), space_.logits, space_.action_ld);
}

}  // namespace limbeck::fused
