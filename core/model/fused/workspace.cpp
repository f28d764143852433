// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/fused/workspace.h"

#include "core/model/fused/weights.h"

namespace limbeck::fused {
namespace {

constexpr int kLine = 16;  // floats in a cache line

int padded(int columns) {
  return columns + kLine;
}

}  // namespace

/// Hands out pieces of one buffer; a first round without a buffer finds the size.
class Workspace::Carver {
 public:
  explicit Carver(float* base) : base_(base) {}
  float* operator()(std::int64_t rows, int ld) {
    float* const piece = base_ == nullptr ? nullptr : base_ + used_;
    used_ += (rows * ld + 2 * kLine) / kLine * kLine;
    return piece;
  }
  std::int64_t used() const { return used_; }

 private:
  float* base_;
  std::int64_t used_ = 0;
};

Workspace::Workspace(const TransformerConfig& config, const Kernels& kernels, int max_length, Keep keep)
    : width_ld(padded(config.width)),
      qkv_ld(padded(3 * config.width)),
      hidden_ld(padded(config.feed_forward)),
      action_ld(padded(paddedActions(config))),
      layer_count_(config.layers),
      keep_(keep),
      layers_(keep == Keep::AllLayers ? static_cast<std::size_t>(config.layers) : 1) {
  const int rows = (max_length + 31) / 32 * 32;
  is_hidden.assign(static_cast<std::size_t>(rows), 0);
  Carver sizing(nullptr);
  carve(sizing, config, kernels, rows);
  memory_ = AlignedBuffer(sizing.used());
  Carver carving(memory_.data());
  carve(carving, config, kernels, rows);
}

void Workspace::carve(Carver& carver, const TransformerConfig& config, const Kernels& kernels, int rows) {
  for (LayerActivations& layer : layers_) {
    layer.x = carver(rows, width_ld);
    layer.qkv = carver(rows, qkv_ld);
    layer.attention = carver(rows, width_ld);
    layer.middle = carver(rows, width_ld);
    layer.pre = carver(keep_ == Keep::AllLayers ? rows : kMaxBlockRows, hidden_ld);
    for (float** column : {&layer.mean1, &layer.rstd1, &layer.mean2, &layer.rstd2}) *column = carver(rows, 1);
    layer.log_sums = carver(rows, config.heads);
  }
  last = carver(rows, width_ld);
  last_mean = carver(rows, 1);
  last_rstd = carver(rows, 1);
  normed = carver(kMaxBlockRows, width_ld);
  branch = carver(kMaxBlockRows, width_ld);
  dropped = carver(kMaxBlockRows, width_ld);
  hidden = carver(kMaxBlockRows, hidden_ld);
  logits = carver(kMaxBlockRows, action_ld);
  attention_scratch = carver(kernels.attentionScratch(rows, config.headWidth()), 1);
  if (keep_ == Keep::OneLayer) return;
  dhidden = carver(kMaxBlockRows, hidden_ld);
  dx = carver(rows, width_ld);
  dattention = carver(rows, width_ld);
  dqkv = carver(rows, qkv_ld);
}

}  // namespace limbeck::fused
