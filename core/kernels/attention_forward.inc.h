// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/attention_softmax.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

template <typename P, int Width>
__attribute__((noinline)) void forwardBlock(const QueryBlock<P, Width>& at, bool is_small, float* out,
                                            float* log_sums) {
  const HeadBuffers<P>& b = at.buffers;
  const int padded = at.size.padded();
  fillZero(b.result, static_cast<std::int64_t>(padded) * kPanel);
  SoftmaxState state;
  for (int v = 0; v < 2; ++v) state.largest[v] = is_small ? Vec{} : broadcast(-1e30F), state.sums[v] = Vec{};
  forKeyChunks(at.shape.length, at.first, [&](auto vectors, int key, int rows) {
    constexpr int kVectors = decltype(vectors)::value;
    constexpr int kColumn = (2 - kVectors) * kLanes;
    if (is_small) {
      plainChunk<P, Width, kVectors>(at, key, rows, state);
    } else {
      shiftedChunk<P, Width, kVectors>(at, key, rows, state);
    }
    addToBlock<P, Width, kVectors>(at.size, rows / P::kDepth,
                                   b.value_pairs + static_cast<std::int64_t>(key) / P::kDepth * padded,
                                   b.probabilities + kColumn, b.result + kColumn);
  });
  for (int v = 0; v < 2; ++v) {
    const Vec inverse = 1.0F / state.sums[v];
    for (int d = 0; d < at.size.width(); ++d) {
      float* place = b.result + d * kPanel + v * kLanes;
      store(place, load(place) * inverse);
    }
    store(log_sums + at.first + v * kLanes, state.largest[v] + logarithm(state.sums[v]));
  }
  transpose(padded, kPanel, b.result, kPanel, b.out_rows, padded);
  storeRows(smaller(kPanel, at.shape.length - at.first), at.size.width(), padded, b.out_rows, 1.0F,
            out + at.first * static_cast<std::int64_t>(at.shape.out_ld) + at.head * at.size.width(), at.shape.out_ld);
}

template <typename P, int Width>
LIMBECK_INLINE void forwardHeads(const AttentionShape& shape, const float* qkv, float* out, float* log_sums,
                                 float* scratch) {
  const HeadSize<P, Width> size{shape.head_width};
  ScratchCarver carver{scratch};
  const HeadBuffers<P> b = carve<P>(shape.length, shape.head_width, carver);
  const int width = shape.heads * size.width();
  const std::int64_t ld = shape.qkv_ld;
  const float scale = kLog2E / __builtin_sqrtf(static_cast<float>(size.width()));
  for (int head = 0; head < shape.heads; ++head) {
    const float* queries = qkv + head * size.width();
    loadMatrix<Needs::Rows, P, Width>(size, shape.length, queries + width, ld, b.out_rows, b.key_rows, b.key_pairs);
    loadMatrix<Needs::Pairs, P, Width>(size, shape.length, queries + 2 * width, ld, b.out_rows, b.value_rows,
                                       b.value_pairs);
    boundColumns(shape.length, size.width(), size.padded(), queries + width, ld, b.column_bounds);
    float* sums = log_sums + static_cast<std::int64_t>(head) * roundUp(shape.length, 32);
    for (int first = 0; first < shape.length; first += kPanel) {
      const QueryBlock<P, Width> at{shape, b, size, head, first};
      copyRows(smaller(kPanel, shape.length - first), size.width(), size.padded(), queries + first * ld, ld, scale,
               b.query_rows);
      const float* turned = turnRows(size, b.query_rows, b.turned, b.query_block);
      forwardBlock(at, scoresAreSmall(size.width(), turned, b.column_bounds), out, sums);
    }
  }
}

template <typename P>
LIMBECK_INLINE void forwardOf(const AttentionShape& shape, const float* qkv, float* out, float* log_sums,
                              float* scratch) {
  if (shape.head_width == 16) return forwardHeads<P, 16>(shape, qkv, out, log_sums, scratch);
  if (shape.head_width == 32) return forwardHeads<P, 32>(shape, qkv, out, log_sums, scratch);
  forwardHeads<P, 0>(shape, qkv, out, log_sums, scratch);
}

inline std::int64_t attentionScratch(int length, int head_width) {
  return scratchOf<FloatWords>(length, head_width);
}

inline void attentionForward(const AttentionShape& shape, const float* qkv, float* out, float* log_sums,
                             float* scratch) {
  forwardOf<FloatWords>(shape, qkv, out, log_sums, scratch);
}

}  // namespace limbeck::fused::LIMBECK_ISA
