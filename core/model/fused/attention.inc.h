// SPDX-License-Identifier: GPL-3.0-or-later
// Causal attention of one sequence, head by head, in blocks of kPanel queries by kKeyChunk keys, forward and backward;
// what lies above the diagonal is never computed. Everything is transposed: a block of scores is [keys, queries], so
// that softmax works down columns, without sums across a vector. The forward pass keeps the log normaliser only
// (FlashAttention, Dao et al. 2022) and the backward pass computes the probabilities again: at a head width of 16 that
// is cheaper than moving them.
#pragma once

#include "core/model/fused/elementwise.inc.h"
#include "core/model/fused/gemm.inc.h"
#include "core/model/fused/kernels.h"
#include "core/model/fused/simd.h"
#include "core/model/fused/transpose.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr int kKeyChunk = 96;  // a chunk of scores stays in the first-level cache
inline constexpr float kMinusInfinity = -__builtin_inff();

LIMBECK_INLINE int roundUp(int n, int step) {
  return (n + step - 1) / step * step;
}

/// dst[row][0..padded) = src[row][0..width) * scale, zeros beyond.
LIMBECK_INLINE void copyHead(int rows, int width, int padded, const float* src, int ld, float scale, float* dst) {
  for (int row = 0; row < rows; ++row, src += ld, dst += padded) {
    if (width == padded) {
      for (int i = 0; i < width; i += kLanes) store(dst + i, load(src + i) * scale);
    } else {
      for (int i = 0; i < padded; ++i) dst[i] = i < width ? src[i] * scale : 0.0F;
    }
  }
}

/// One head's matrices, compact, and the blocks in work.
struct HeadBuffers {
  int padded = 0;                                              ///< head width, rounded up to whole vectors
  float *queries, *keys, *values, *dout, *dkeys, *dvalues;     // [length + kPanel, padded]
  float *query_block, *out_block, *dout_block, *dquery_block;  // [padded, kPanel]
  float *scores, *dscores;                                     // [kKeyChunk, kPanel]
  float* rows;                                                 // [kPanel, padded]
};

inline std::int64_t attentionScratch(int length, int head_width) {
  const std::int64_t padded = roundUp(head_width, kLanes);
  return 6 * (length + kPanel) * padded + 4 * padded * kPanel + 2 * kKeyChunk * kPanel + kPanel * padded;
}

LIMBECK_INLINE HeadBuffers carve(int length, int head_width, float* scratch) {
  HeadBuffers b;
  b.padded = roundUp(head_width, kLanes);
  const std::int64_t matrix = static_cast<std::int64_t>(length + kPanel) * b.padded;
  const std::int64_t block = static_cast<std::int64_t>(b.padded) * kPanel;
  b.queries = scratch;
  b.keys = b.queries + matrix;
  b.values = b.keys + matrix;
  b.dout = b.values + matrix;
  b.dkeys = b.dout + matrix;
  b.dvalues = b.dkeys + matrix;
  b.query_block = b.dvalues + matrix;
  b.out_block = b.query_block + block;
  b.dout_block = b.out_block + block;
  b.dquery_block = b.dout_block + block;
  b.scores = b.dquery_block + block;
  b.dscores = b.scores + kKeyChunk * kPanel;
  b.rows = b.dscores + kKeyChunk * kPanel;
  return b;
}

LIMBECK_INLINE void fillZero(float* p, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i += kLanes) store(p + i, Vec{});
}

/// Queries are scaled by log2(e) too, so that scores are exponents of 2.
LIMBECK_INLINE void loadHead(const AttentionShape& shape, const float* qkv, int head, const HeadBuffers& b) {
  const int width = shape.heads * shape.head_width;
  const float* q = qkv + head * shape.head_width;
  const float scale = kLog2E / __builtin_sqrtf(static_cast<float>(shape.head_width));
  copyHead(shape.length, shape.head_width, b.padded, q, shape.qkv_ld, scale, b.queries);
  copyHead(shape.length, shape.head_width, b.padded, q + width, shape.qkv_ld, 1.0F, b.keys);
  copyHead(shape.length, shape.head_width, b.padded, q + 2 * width, shape.qkv_ld, 1.0F, b.values);
  fillZero(b.queries + static_cast<std::int64_t>(shape.length) * b.padded,
           static_cast<std::int64_t>(kPanel) * b.padded);
}

/// scores[key][query] = start[query] + keys · queries for `rows` keys; start null for zeros.
LIMBECK_INLINE void scoreChunk(int rows, int head_width, const float* keys, int padded, const float* query_block,
                               const float* start, float* scores) {
  const Operands operands{keys, query_block, start, scores, padded, kPanel, kPanel, head_width};
  if (padded == kLanes) {
    panelRows<2, Layout::Plain, Result::Overwrite, Strides<kLanes, kPanel>>(rows, operands);
  } else {
    panelRows<2, Layout::Plain, Result::Overwrite, Strides<0, kPanel>>(rows, operands);
  }
}

/// Overwrites what lies above the diagonal.
LIMBECK_INLINE void maskDiagonal(int rows, int first_key, int first_query, float mask, float* scores) {
  const IntVec lanes = laneNumbers();
  for (int r = first_query > first_key ? first_query - first_key : 0; r < rows; ++r) {
    for (int v = 0; v < 2; ++v) {
      const IntVec queries = lanes + (first_query + v * kLanes);
      float* place = scores + r * kPanel + v * kLanes;
      store(place, queries < first_key + r ? broadcast(mask) : load(place));
    }
  }
}

/// The dropout factor of attention weight (key, queries from first_query on) of a head.
LIMBECK_INLINE Vec attentionFactor(const AttentionShape& shape, int head, int key, int first_query) {
  const std::uint32_t index =
      (static_cast<std::uint32_t>(head) * static_cast<std::uint32_t>(shape.length) + static_cast<std::uint32_t>(key)) *
          static_cast<std::uint32_t>(shape.length + kPanel) +
      static_cast<std::uint32_t>(first_query);
  return dropoutFactor(shape.dropout, reinterpret_cast<WordVec>(laneNumbers()) + index);
}

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

/// Rows of one head from a transposed block: out[i0 + i][d] = block[d][i].
LIMBECK_INLINE void storeBlock(int rows, int head_width, int padded, const float* block, float* row_buffer, float* out,
                               int ld) {
  transpose(padded, kPanel, block, kPanel, row_buffer, padded);
  for (int i = 0; i < rows; ++i, out += ld, row_buffer += padded) {
    if (head_width == padded) {
      for (int d = 0; d < head_width; d += kLanes) store(out + d, load(row_buffer + d));
    } else {
      for (int d = 0; d < head_width; ++d) out[d] = row_buffer[d];
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

LIMBECK_INLINE void storeHead(int rows, int width, int padded, const float* src, float scale, float* dst, int ld) {
  for (int row = 0; row < rows; ++row, src += padded, dst += ld) {
    if (width == padded) {
      for (int i = 0; i < width; i += kLanes) store(dst + i, load(src + i) * scale);
    } else {
      for (int i = 0; i < width; ++i) dst[i] = src[i] * scale;
    }
  }
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
