// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/attention_gradient.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

/// The sums over d of dout[d][query] * out[d][query]. They take dout as it is rounded for the products: what they are
/// subtracted from has the same errors, and the difference is often small.
template <typename P, int Width>
LIMBECK_INLINE Vec dotColumns(HeadSize<P, Width> size, const typename P::Word* dout_block, const float* out) {
  Vec sum{};
  for (int j = 0; j < size.depth(); ++j) {
    const typename P::Words words = P::loadWords(dout_block + j * kPanel);
    sum += P::first(words) * load(out + j * kPanel);
    if constexpr (P::kDepth == 2) sum += P::second(words) * load(out + (size.depth() + j) * kPanel);
  }
  return sum;
}

/// Loads the block's queries and gradients in every form.
template <typename P, int Width>
LIMBECK_INLINE void loadBlock(const QueryBlock<P, Width>& at, const float* queries, const float* out, const float* dout,
                              const float* log_sums, BlockSums& sums) {
  const HeadBuffers<P>& b = at.buffers;
  const int width = at.size.width();
  const int padded = at.size.padded();
  const int valid = smaller(kPanel, at.shape.length - at.first);
  const std::int64_t first = at.first;
  const float scale = kLog2E / __builtin_sqrtf(static_cast<float>(width));
  copyRows(valid, width, padded, queries + first * at.shape.qkv_ld, at.shape.qkv_ld, scale, b.query_rows);
  copyRows(valid, width, padded, dout + first * at.shape.out_ld, at.shape.out_ld, 1.0F, b.dout_rows);
  copyRows(valid, width, padded, out + first * at.shape.out_ld, at.shape.out_ld, 1.0F, b.out_rows);
  turnRows(at.size, b.query_rows, b.turned, b.query_block);
  turnRows(at.size, b.dout_rows, b.turned, b.dout_block);
  transpose(kPanel, padded, b.out_rows, padded, b.turned, kPanel);
  for (int v = 0; v < 2; ++v) {
    sums.negative_log_sums[v] = -load(log_sums + first + v * kLanes);
    sums.negative_deltas[v] = -dotColumns(at.size, b.dout_block + v * kLanes, b.turned + v * kLanes);
  }
  if constexpr (P::kDepth == 2) {
    joinRows(padded, b.query_rows, b.query_pairs);
    joinRows(padded, b.dout_rows, b.dout_pairs);
  }
}

template <typename P, int Width>
__attribute__((noinline)) void backwardBlock(const QueryBlock<P, Width>& at, const BlockSums& sums, float* dqueries) {
  const HeadBuffers<P>& b = at.buffers;
  const int padded = at.size.padded();
  fillZero(b.result, static_cast<std::int64_t>(padded) * kPanel);
  forKeyChunks(at.shape.length, at.first, [&](auto vectors, int key, int rows) {
    constexpr int kVectors = decltype(vectors)::value;
    constexpr int kColumn = (2 - kVectors) * kLanes;
    constexpr int kWords = kVectors * kLanes / P::kDepth;
    constexpr int kFirstWord = kColumn / P::kDepth;
    gradientChunk<P, Width, kVectors>(at, key, rows, sums);
    const std::int64_t offset = static_cast<std::int64_t>(key) * padded;
    addToRows(at.size, rows, kWords, b.probabilities + kFirstWord, b.dout_pairs + kFirstWord * padded,
              b.dvalues + offset);
    addToRows(at.size, rows, kWords, b.dscores + kFirstWord, b.query_pairs + kFirstWord * padded, b.dkeys + offset);
    addToBlock<P, Width, kVectors>(at.size, rows / P::kDepth, b.key_pairs + offset / P::kDepth, b.dscore_keys + kColumn,
                                   b.result + kColumn);
  });
  transpose(padded, kPanel, b.result, kPanel, b.out_rows, padded);
  const float scale = 1.0F / __builtin_sqrtf(static_cast<float>(at.size.width()));
  storeRows(smaller(kPanel, at.shape.length - at.first), at.size.width(), padded, b.out_rows, scale,
            dqueries + at.first * static_cast<std::int64_t>(at.shape.qkv_ld), at.shape.qkv_ld);
}

template <typename P, int Width>
LIMBECK_INLINE void backwardHeads(const AttentionShape& shape, const float* qkv, const float* out,
                                  const float* log_sums, const float* dout, float* dqkv, float* scratch) {
  const HeadSize<P, Width> size{shape.head_width};
  ScratchCarver carver{scratch};
  const HeadBuffers<P> b = carve<P>(shape.length, shape.head_width, carver);
  const int width = shape.heads * size.width();
  const std::int64_t ld = shape.qkv_ld;
  const std::int64_t matrix = static_cast<std::int64_t>(roundUp(shape.length, kPanel)) * size.padded();
  for (int head = 0; head < shape.heads; ++head) {
    const int column = head * size.width();
    loadMatrix<Needs::Both, P, Width>(size, shape.length, qkv + column + width, ld, b.out_rows, b.key_rows,
                                      b.key_pairs);
    loadMatrix<Needs::Rows, P, Width>(size, shape.length, qkv + column + 2 * width, ld, b.out_rows, b.value_rows,
                                      b.value_pairs);
    fillZero(b.dkeys, matrix);
    fillZero(b.dvalues, matrix);
    for (int first = 0; first < shape.length; first += kPanel) {
      const QueryBlock<P, Width> at{shape, b, size, head, first};
      BlockSums sums;
      loadBlock(at, qkv + column, out + column, dout + column,
                log_sums + static_cast<std::int64_t>(head) * roundUp(shape.length, 32), sums);
      backwardBlock(at, sums, dqkv + column);
    }
    storeRows(shape.length, size.width(), size.padded(), b.dkeys, kLn2, dqkv + column + width, ld);
    storeRows(shape.length, size.width(), size.padded(), b.dvalues, 1.0F, dqkv + column + 2 * width, ld);
  }
}

template <typename P>
LIMBECK_INLINE void backwardOf(const AttentionShape& shape, const float* qkv, const float* out, const float* log_sums,
                               const float* dout, float* dqkv, float* scratch) {
  if (shape.head_width == 16) return backwardHeads<P, 16>(shape, qkv, out, log_sums, dout, dqkv, scratch);
  if (shape.head_width == 32) return backwardHeads<P, 32>(shape, qkv, out, log_sums, dout, dqkv, scratch);
  backwardHeads<P, 0>(shape, qkv, out, log_sums, dout, dqkv, scratch);
}

inline void attentionBackward(const AttentionShape& shape, const float* qkv, const float* out, const float* log_sums,
                              const float* dout, float* dqkv, float* scratch) {
  backwardOf<FloatWords>(shape, qkv, out, log_sums, dout, dqkv, scratch);
}

}  // namespace limbeck::fused::LIMBECK_ISA
