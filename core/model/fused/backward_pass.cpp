// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/model/fused/sequence_pass.h"

namespace limbeck::fused {

/// Gradients of weight and bias of y = x Wᵀ + b.
void BackwardPass::linear(const PackedMatrix& matrix, std::int64_t bias, int rows, const float* dy, int lddy,
                          const float* x, int ldx) {
  kernels_.multiplyTransposedAdd(matrix.outputs, matrix.inputs, rows, dy, lddy, x, ldx, gradients_ + matrix.source,
                                 matrix.inputs);
  kernels_.columnSumsAdd(rows, matrix.outputs, dy, lddy, gradients_ + bias);
}

/// The gradient behind a dropout: dx itself when nothing is dropped.
const float* BackwardPass::droppedGradient(const DropoutSite& site, int first, int rows) {
  const float* const dx = space_.dx + static_cast<std::int64_t>(first) * space_.width_ld;
  if (site.threshold == 0) return dx;
  kernels_.drop(rows, weights_.config.width, dx, space_.width_ld, space_.dropped, space_.width_ld, site, first);
  return space_.dropped;
}

void BackwardPass::head(int first, int rows) {
  const FusedLayout& layout = weights_.layout;
  const int width = weights_.config.width;
  const int ld = space_.width_ld;
  const std::int64_t offset = static_cast<std::int64_t>(first) * ld;
  linear(weights_.head, layout.head_bias, rows, space_.logits, space_.action_ld, space_.normed, ld);
  kernels_.multiply(rows, width, weights_.config.spec.action_count, space_.logits, space_.action_ld,
                    weights_.head.backward, nullptr, space_.branch, ld);
  std::fill_n(space_.dx + offset, static_cast<std::int64_t>(rows) * ld, 0.0F);
  kernels_.layerNormBackward(rows, width, space_.last + offset, ld, weights_.at(layout.final_gain),
                             space_.last_mean + first, space_.last_rstd + first, space_.branch, ld, space_.dx + offset,
                             ld, gradients_ + layout.final_gain, gradients_ + layout.final_bias);
}

void BackwardPass::allLayers() {
  const TransformerConfig& config = weights_.config;
  for (int layer = config.layers - 1; layer >= 0; --layer) {
    forEachBlock(kernels_.row_tile, tokens_.length, [&](int first, int rows) {
      feedForward(layer, first, rows);
      attentionOutput(layer, first, rows);
    });
    const LayerActivations& kept = space_.layer(layer);
    const AttentionShape shape{tokens_.length, config.heads,    config.headWidth(),
                               space_.qkv_ld,  space_.width_ld, noise_.attentionWeights(layer)};
    kernels_.attentionBackward(shape, kept.qkv, kept.attention, kept.log_sums, space_.dattention, space_.dqkv,
                               space_.attention_scratch);
    forEachBlock(kernels_.row_tile, tokens_.length, [&](int first, int rows) { projection(layer, first, rows); });
  }
  embedding();
}

void BackwardPass::feedForward(int layer, int first, int rows) {
  const TransformerConfig& config = weights_.config;
  const int ld = space_.width_ld;
  const int hidden_ld = space_.hidden_ld;
  const std::int64_t offset = static_cast<std::int64_t>(first) * ld;
  const LayerOffsets& at = weights_.layout.layers[layer];
  const Weights::Layer& matrices = weights_.layers[layer];
  LayerActivations& kept = space_.layer(layer);
  const float* const dy = droppedGradient(noise_.mlpBranch(layer), first, rows);
  kernels_.multiply(rows, config.feed_forward, config.width, dy, ld, matrices.mlp_out.backward, nullptr, space_.dhidden,
                    hidden_ld);
  kernels_.geluBackward(rows, config.feed_forward, space_.pre(layer, first), hidden_ld, space_.hidden, hidden_ld,
                        space_.dhidden, hidden_ld);
  linear(matrices.mlp_out, at.mlp_out_bias, rows, dy, ld, space_.hidden, hidden_ld);
  kernels_.layerNorm(rows, config.width, kept.middle + offset, ld, weights_.at(at.norm2_gain),
                     weights_.at(at.norm2_bias), space_.normed, ld, kept.mean2 + first, kept.rstd2 + first);
  linear(matrices.mlp_in, at.mlp_in_bias, rows, space_.dhidden, hidden_ld, space_.normed, ld);
  kernels_.multiply(rows, config.width, config.feed_forward, space_.dhidden, hidden_ld, matrices.mlp_in.backward,
                    nullptr, space_.branch, ld);
  kernels_.layerNormBackward(rows, config.width, kept.middle + offset, ld, weights_.at(at.norm2_gain),
                             kept.mean2 + first, kept.rstd2 + first, space_.branch, ld, space_.dx + offset, ld,
                             gradients_ + at.norm2_gain, gradients_ + at.norm2_bias);
}

void BackwardPass::attentionOutput(int layer, int first, int rows) {
  const int width = weights_.config.width;
  const int ld = space_.width_ld;
  const std::int64_t offset = static_cast<std::int64_t>(first) * ld;
  const PackedMatrix& matrix = weights_.layers[layer].out;
  const float* const dy = droppedGradient(noise_.attentionBranch(layer), first, rows);
  linear(matrix, weights_.layout.layers[layer].out_bias, rows, dy, ld, space_.layer(layer).attention + offset, ld);
  kernels_.multiply(rows, width, width, dy, ld, matrix.backward, nullptr, space_.dattention + offset, ld);
}

void BackwardPass::projection(int layer, int first, int rows) {
  const int width = weights_.config.width;
  const int ld = space_.width_ld;
  const std::int64_t offset = static_cast<std::int64_t>(first) * ld;
  const LayerOffsets& at = weights_.layout.layers[layer];
  const PackedMatrix& matrix = weights_.layers[layer].qkv;
  LayerActivations& kept = space_.layer(layer);
  const float* const dqkv = space_.dqkv + static_cast<std::int64_t>(first) * space_.qkv_ld;
  kernels_.layerNorm(rows, width, kept.x + offset, ld, weights_.at(at.norm1_gain), weights_.at(at.norm1_bias),
                     space_.normed, ld, kept.mean1 + first, kept.rstd1 + first);
  linear(matrix, at.qkv_bias, rows, dqkv, space_.qkv_ld, space_.normed, ld);
  kernels_.multiply(rows, width, 3 * width, dqkv, space_.qkv_ld, matrix.backward, nullptr, space_.branch, ld);
  kernels_.layerNormBackward(rows, width, kept.x + offset, ld, weights_.at(at.norm1_gain), kept.mean1 + first,
                             kept.rstd1 + first, space_.branch, ld, space_.dx + offset, ld, gradients_ + at.norm1_gain,
                             gradients_ + at.norm1_bias);
}

void BackwardPass::embedding() {
  const FusedLayout& layout = weights_.layout;
  const EnvironmentSpec& spec = weights_.config.spec;
  const int width = weights_.config.width;
  const int ld = space_.width_ld;
  if (noise_.dropout > 0.0F) kernels_.drop(tokens_.length, width, space_.dx, ld, space_.dx, ld, noise_.embedding(), 0);
  for (int t = 0; t < tokens_.length; ++t) {
    const float* const row = space_.dx + static_cast<std::int64_t>(t) * ld;
    const auto add = [&](std::int64_t table, std::int64_t index, float factor) {
      kernels_.addScaled(width, factor, row, gradients_ + table + index * width);
    };
    if (layout.position >= 0) add(layout.position, t, 1.0F);
    if (noise_.hidden != nullptr && noise_.hidden[t] != 0) {
      add(layout.mask, 0, 1.0F);
      continue;
    }
    for (int i = 0; i < spec.observationSize(); ++i) {
      add(layout.observation[i], tokens_.observations[static_cast<std::int64_t>(t) * spec.observationSize() + i], 1.0F);
    }
    add(layout.action, tokens_.previous_actions[t], 1.0F);
    add(layout.end, tokens_.previous_ends[t], 1.0F);
    add(layout.reward, 0, tokens_.previous_rewards[t]);
  }
}

}  // namespace limbeck::fused
