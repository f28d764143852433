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

LIMBECK_INLINE void storeHead(int rows, int width, int padded, const float* src, float scale, float* dst, int ld) {
  for (int row = 0; row < rows; ++row, src += padded, dst += ld) {
    if (width == padded) {
      for (int i = 0; i < width; i += kLanes) store(dst + i, load(src + i) * scale);
    } else {
      for (int i = 0; i < width; ++i) dst[i] = src[i] * scale;
    }
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
