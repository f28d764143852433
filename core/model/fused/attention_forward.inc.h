// SPDX-License-Identifier: GPL-3.0-or-later
// The softmax runs along with the blocks of keys, as in FlashAttention.
#pragma once

#include "core/model/fused/attention_blocks.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

struct RunningSoftmax {
  Vec largest[2];
  Vec sums[2];
};

/// Scores become 2^(score - running maximum); the sums so far and `out_block` are rescaled to the new maximum.
LIMBECK_INLINE void softmaxChunk(int rows, int head_width, float* scores, RunningSoftmax& state, float* out_block) {
  for (int v = 0; v < 2; ++v) {
    float* column = scores + v * kLanes;
    Vec top = state.largest[v];
    Vec other = top;
    int r = 0;
    for (; r + 1 < rows; r += 2) {
      top = maximum(load(column + r * kPanel), top);
      other = maximum(load(column + (r + 1) * kPanel), other);
    }
    if (r < rows) top = maximum(load(column + r * kPanel), top);
    top = maximum(top, other);
    const Vec correction = powerOfTwo(state.largest[v] - top);
    state.largest[v] = top;
    Vec total{};
    for (r = 0; r < rows; ++r) {
      const Vec p = powerOfTwo(load(column + r * kPanel) - top);
      store(column + r * kPanel, p);
      total += p;
    }
    state.sums[v] = state.sums[v] * correction + total;
    for (int d = 0; d < head_width; ++d) {
      float* place = out_block + d * kPanel + v * kLanes;
      store(place, load(place) * correction);
    }
  }
}

LIMBECK_INLINE void dropChunk(const AttentionShape& shape, int head, int rows, int first_key, int first_query,
                              float* values) {
  for (int r = 0; r < rows; ++r) {
    for (int v = 0; v < 2; ++v) {
      float* place = values + r * kPanel + v * kLanes;
      store(place, load(place) * attentionFactor(shape, head, first_key + r, first_query + v * kLanes));
    }
  }
}

inline void forwardBlock(const AttentionShape& shape, int head, int first, const HeadBuffers& b, float* out,
                         float* log_sums) {
  transpose(kPanel, b.padded, b.queries + static_cast<std::int64_t>(first) * b.padded, b.padded, b.query_block, kPanel);
  fillZero(b.out_block, static_cast<std::int64_t>(b.padded) * kPanel);
  RunningSoftmax state;
  for (int v = 0; v < 2; ++v) state.largest[v] = broadcast(-1e30F), state.sums[v] = Vec{};
  const int key_end = smaller(shape.length, first + kPanel);
  for (int key = 0; key < key_end; key += kKeyChunk) {
    const int rows = smaller(kKeyChunk, key_end - key);
    scoreChunk(rows, shape.head_width, b.keys + static_cast<std::int64_t>(key) * b.padded, b.padded, b.query_block,
               nullptr, b.scores);
    const bool is_cut = key + rows > first;
    if (is_cut) maskDiagonal(rows, key, first, kMinusInfinity, b.scores);
    softmaxChunk(rows, shape.head_width, b.scores, state, b.out_block);
    if (is_cut && !kPowerKnowsInfinity) maskDiagonal(rows, key, first, 0.0F, b.scores);
    if (shape.dropout.threshold != 0) dropChunk(shape, head, rows, key, first, b.scores);
    panelRows<2, Layout::Transposed, Result::Add, Strides<0, kPanel>>(
        shape.head_width, Operands{b.values + static_cast<std::int64_t>(key) * b.padded, b.scores, nullptr, b.out_block,
                                   b.padded, kPanel, kPanel, rows});
  }
  for (int v = 0; v < 2; ++v) {
    const Vec inverse = 1.0F / state.sums[v];
    for (int d = 0; d < shape.head_width; ++d) {
      float* place = b.out_block + d * kPanel + v * kLanes;
      store(place, load(place) * inverse);
    }
    for (int i = 0; i < kLanes; ++i)
      log_sums[first + v * kLanes + i] = state.largest[v][i] + __builtin_log2f(state.sums[v][i]);
  }
  storeBlock(smaller(kPanel, shape.length - first), shape.head_width, b.padded, b.out_block, b.rows,
             out + first * static_cast<std::int64_t>(shape.out_ld) + head * shape.head_width, shape.out_ld);
}

inline void attentionForward(const AttentionShape& shape, const float* qkv, float* out, float* log_sums,
                             float* scratch) {
  const HeadBuffers b = carve(shape.length, shape.head_width, scratch);
  for (int head = 0; head < shape.heads; ++head) {
    loadHead(shape, qkv, head, b);
    float* sums = log_sums + static_cast<std::int64_t>(head) * roundUp(shape.length, 32);
    for (int first = 0; first < shape.length; first += kPanel) forwardBlock(shape, head, first, b, out, sums);
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
