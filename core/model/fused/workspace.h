// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/kernels/aligned_buffer.h"
#include "core/kernels/kernels.h"
#include "core/model/transformer_config.h"

namespace limbeck::fused {

enum class Keep { AllLayers, OneLayer };

/// Rows that one pass of matrix products and norms takes at once: few enough that its intermediate results stay in the
/// second-level cache.
inline constexpr int kMaxBlockRows = 128;

/// What the backward pass needs of a layer's forward pass. Matrices have `length` rows.
struct LayerActivations {
  float* x = nullptr;          ///< [.., width] what came in
  float* qkv = nullptr;        ///< [.., 3 width]
  float* attention = nullptr;  ///< [.., width] heads' outputs
  float* middle = nullptr;     ///< [.., width] after the attention branch
  float* pre = nullptr;        ///< [.., feed_forward] before GELU; one block of rows only with Keep::OneLayer
  float* mean1 = nullptr;
  float* rstd1 = nullptr;
  float* mean2 = nullptr;
  float* rstd2 = nullptr;
  float* log_sums = nullptr;  ///< [heads, length rounded up to 32]
};

/// All memory of one worker for one sequence, allocated once.
class Workspace {
 public:
  Workspace(const TransformerConfig& config, const Kernels& kernels, int max_length, Keep keep);

  LayerActivations& layer(int index) { return layers_[keep_ == Keep::AllLayers ? static_cast<std::size_t>(index) : 0]; }
  /// Where rows from `row` on of the values before GELU stand.
  float* pre(int index, int row) {
    return layer(index).pre + (keep_ == Keep::AllLayers ? static_cast<std::int64_t>(row) * hidden_ld : 0);
  }
  /// The input of layer `index`, or of the final norm when that is the number of layers.
  float* input(int index) { return index == layer_count_ ? last : layer(index).x; }

  // Distances between rows: one cache line more than the columns, so that a column does not fall into few cache sets.
  int width_ld = 0, qkv_ld = 0, hidden_ld = 0, action_ld = 0;

  float *last = nullptr, *last_mean = nullptr, *last_rstd = nullptr;  // the final norm's input
  float *normed = nullptr, *branch = nullptr, *dropped = nullptr;     // [kMaxBlockRows, width]
  float *hidden = nullptr, *dhidden = nullptr;                        // [kMaxBlockRows, feed_forward]
  float* logits = nullptr;                                            // [kMaxBlockRows, actions]
  float *dx = nullptr, *dattention = nullptr, *dqkv = nullptr;        // [length, ..]
  float* attention_scratch = nullptr;
  std::vector<std::uint8_t> is_hidden;  // [length] input masking

 private:
  class Carver;
  void carve(Carver& carver, const TransformerConfig& config, const Kernels& kernels, int rows);

  int layer_count_;
  Keep keep_;
  AlignedBuffer memory_;
  std::vector<LayerActivations> layers_;
};

/// Calls `work(first_row, rows)` for blocks of nearly equal size, multiples of `row_tile` but for the last.
template <typename Work>
void forEachBlock(int row_tile, int length, const Work& work) {
  const int target = kMaxBlockRows / row_tile * row_tile;
  const int blocks = (length + target - 1) / target;
  const int rows = ((length + blocks - 1) / blocks + row_tile - 1) / row_tile * row_tile;
  for (int first = 0; first < length; first += rows) work(first, std::min(rows, length - first));
}

/// The same for blocks of `row_tile` rows: what one pass writes is still in a near cache when the next one reads it.
/// Only the gradients of weights need more rows at once, because they are sums over rows.
template <typename Work>
void forEachTile(int row_tile, int length, const Work& work) {
  for (int first = 0; first < length; first += row_tile) work(first, std::min(row_tile, length - first));
}

}  // namespace limbeck::fused
