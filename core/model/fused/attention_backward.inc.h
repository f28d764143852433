// SPDX-License-Identifier: GPL-3.0-or-later
// Probabilities are computed again from the kept log normalisers.
#pragma once

#include "core/model/fused/attention_blocks.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

/// From scores less the log normaliser and the gradient of the dropped probabilities less `delta` (the gradient's mean
/// under P) to probabilities P, times the dropout factor, and the gradient of the scores, P * (dP - delta).
template <bool Drops>
LIMBECK_INLINE void backwardChunk(const AttentionShape& shape, int head, int rows, int key, int first,
                                  const float* negative_delta, float* scores, float* dscores) {
  for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < 2; ++v) {
      float* place = scores + r * kPanel + v * kLanes;
      float* dplace = dscores + r * kPanel + v * kLanes;
      const Vec p = powerOfTwo(load(place));
      if (Drops) {
        const Vec factor = attentionFactor(shape, head, key + r, first + v * kLanes);
        store(place, p * factor);
        store(dplace, p * (load(dplace) * factor + load(negative_delta + v * kLanes)));
      } else {
        store(place, p);
        store(dplace, p * load(dplace));
      }
    }
  }
}

inline void backwardBlock(const AttentionShape& shape, int head, int first, const HeadBuffers& b, const float* out,
                          const float* log_sums, float* dqkv) {
  const int padded = b.padded;
  const int valid = smaller(kPanel, shape.length - first);
  const float* queries = b.queries + static_cast<std::int64_t>(first) * padded;
  const float* dout = b.dout + static_cast<std::int64_t>(first) * padded;
  copyHead(valid, shape.head_width, padded,
           out + first * static_cast<std::int64_t>(shape.out_ld) + head * shape.head_width, shape.out_ld, 1.0F, b.rows);
  fillZero(b.rows + valid * padded, static_cast<std::int64_t>(kPanel - valid) * padded);
  transpose(kPanel, padded, queries, padded, b.query_block, kPanel);
  transpose(kPanel, padded, dout, padded, b.dout_block, kPanel);
  transpose(kPanel, padded, b.rows, padded, b.out_block, kPanel);
  fillZero(b.dquery_block, static_cast<std::int64_t>(padded) * kPanel);
  float negative_sums[kPanel], negative_delta[kPanel];
  for (int v = 0; v < kPanel; v += kLanes) {
    store(negative_sums + v, -load(log_sums + first + v));
    Vec delta{};
    for (int d = 0; d < shape.head_width; ++d)
      delta += load(b.out_block + d * kPanel + v) * load(b.dout_block + d * kPanel + v);
    store(negative_delta + v, -delta);
  }
  const bool drops = shape.dropout.threshold != 0;
  const int key_end = smaller(shape.length, first + kPanel);
  for (int key = 0; key < key_end; key += kKeyChunk) {
    const int rows = smaller(kKeyChunk, key_end - key);
    const std::int64_t at = static_cast<std::int64_t>(key) * padded;
    scoreChunk(rows, shape.head_width, b.keys + at, padded, b.query_block, negative_sums, b.scores);
    scoreChunk(rows, shape.head_width, b.values + at, padded, b.dout_block, drops ? nullptr : negative_delta,
               b.dscores);
    const bool is_cut = key + rows > first;
    if (is_cut) maskDiagonal(rows, key, first, kMinusInfinity, b.scores);
    if (drops) {
      backwardChunk<true>(shape, head, rows, key, first, negative_delta, b.scores, b.dscores);
    } else {
      backwardChunk<false>(shape, head, rows, key, first, negative_delta, b.scores, b.dscores);
    }
    if (is_cut && !kPowerKnowsInfinity) {
      maskDiagonal(rows, key, first, 0.0F, b.scores);
      maskDiagonal(rows, key, first, 0.0F, b.dscores);
    }
    product<Layout::Plain, Result::Add, Strides<kPanel, 0>>(
        rows, padded, Operands{b.scores, dout, nullptr, b.dvalues + at, kPanel, padded, padded, kPanel}, kPanel);
    product<Layout::Plain, Result::Add, Strides<kPanel, 0>>(
        rows, padded, Operands{b.dscores, queries, nullptr, b.dkeys + at, kPanel, padded, padded, kPanel}, kPanel);
    panelRows<2, Layout::Transposed, Result::Add, Strides<0, kPanel>>(
        shape.head_width, Operands{b.keys + at, b.dscores, nullptr, b.dquery_block, padded, kPanel, kPanel, rows});
  }
  const float scale = 1.0F / __builtin_sqrtf(static_cast<float>(shape.head_width));
  for (int i = 0; i < shape.head_width * kPanel; i += kLanes)
    store(b.dquery_block + i, load(b.dquery_block + i) * scale);
  storeBlock(valid, shape.head_width, padded, b.dquery_block, b.rows,
             dqkv + first * static_cast<std::int64_t>(shape.qkv_ld) + head * shape.head_width, shape.qkv_ld);
}

inline void attentionBackward(const AttentionShape& shape, const float* qkv, const float* out, const float* log_sums,
                              const float* dout, float* dqkv, float* scratch) {
  const HeadBuffers b = carve(shape.length, shape.head_width, scratch);
  const int width = shape.heads * shape.head_width;
  const std::int64_t matrix = static_cast<std::int64_t>(shape.length + kPanel) * b.padded;
  for (int head = 0; head < shape.heads; ++head) {
    loadHead(shape, qkv, head, b);
    copyHead(shape.length, shape.head_width, b.padded, dout + head * shape.head_width, shape.out_ld, 1.0F, b.dout);
    fillZero(b.dout + static_cast<std::int64_t>(shape.length) * b.padded, static_cast<std::int64_t>(kPanel) * b.padded);
    fillZero(b.dkeys, 2 * matrix);
    const float* sums = log_sums + static_cast<std::int64_t>(head) * roundUp(shape.length, 32);
    for (int first = 0; first < shape.length; first += kPanel) backwardBlock(shape, head, first, b, out, sums, dqkv);
    float* place = dqkv + head * shape.head_width;
    storeHead(shape.length, shape.head_width, b.padded, b.dkeys, kLn2, place + width, shape.qkv_ld);
    storeHead(shape.length, shape.head_width, b.padded, b.dvalues, 1.0F, place + 2 * width, shape.qkv_ld);
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
