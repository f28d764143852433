// SPDX-License-Identifier: GPL-3.0-or-later
// Causal attention of one sequence, head by head, in blocks of kPanel queries by kKeyChunk keys, forward and backward;
// what lies above the diagonal is hardly ever computed. Everything is transposed: a block of scores is [keys, queries],
// so that softmax works down columns, without sums across a vector. The forward pass keeps the log normaliser only
// (FlashAttention, Dao et al. 2022) and the backward pass computes the probabilities again: at a head width of 16 that
// is cheaper than moving them.
#pragma once

#include "core/kernels/attention_products.inc.h"
#include "core/kernels/attention_rows.inc.h"
#include "core/kernels/elementwise.inc.h"
#include "core/kernels/kernels.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr int kKeyChunk = 96;  // a chunk of scores stays in the first-level cache

LIMBECK_INLINE int roundUp(int n, int step) {
  return (n + step - 1) / step * step;
}

/// One head's matrices as words, and the blocks in work. "Pairs" are words that join two rows (bf16; the row itself
/// otherwise), for products that sum over rows.
template <typename P>
struct HeadBuffers {
  using Word = typename P::Word;
  Word *key_rows, *value_rows;                  // [length + kPanel, words of a row]
  Word *key_pairs, *value_pairs;                // [(length + kPanel) / depth, padded]
  float *dkeys, *dvalues;                       // [length + kPanel, padded]
  float *query_rows, *dout_rows, *out_rows;     // [kPanel, padded], one block of queries
  float *turned, *result;                       // [padded, kPanel]
  Word *query_block, *dout_block;               // [head width / depth, kPanel]
  Word *query_pairs, *dout_pairs;               // [kPanel / depth, padded]
  Word *probabilities, *dscores, *dscore_keys;  // a chunk; of [keys, queries], words join keys in dscore_keys and in
                                                // the forward pass's probabilities, and queries elsewhere
  float* scores;                                // [kKeyChunk, kPanel]
  float* column_bounds;                         // [padded], the largest |key| by dimension
};

/// Hands out pieces of the scratch memory; without one it only counts.
struct ScratchCarver {
  float* base = nullptr;
  std::int64_t used = 0;
  template <typename T>
  LIMBECK_INLINE void take(T*& piece, std::int64_t count) {
    piece = base == nullptr ? nullptr : reinterpret_cast<T*>(base + used);
    used += (count + 15) / 16 * 16 + 16;  // whole cache lines, and one for stores of whole vectors at the end
  }
};

template <typename P>
LIMBECK_INLINE HeadBuffers<P> carve(int length, int head_width, ScratchCarver& carver) {
  HeadBuffers<P> b{};
  const std::int64_t padded = roundUp(head_width, kLanes);
  const std::int64_t matrix = (length + kPanel) * padded;
  const std::int64_t block = padded * kPanel;
  const std::int64_t chunk = kKeyChunk * kPanel;
  carver.take(b.key_rows, matrix), carver.take(b.value_rows, matrix);
  carver.take(b.dkeys, matrix), carver.take(b.dvalues, matrix);
  carver.take(b.query_rows, block), carver.take(b.dout_rows, block), carver.take(b.out_rows, block);
  carver.take(b.turned, block), carver.take(b.result, block);
  carver.take(b.query_block, block), carver.take(b.dout_block, block);
  carver.take(b.probabilities, chunk / P::kDepth), carver.take(b.dscores, chunk / P::kDepth);
  carver.take(b.scores, chunk);
  carver.take(b.column_bounds, padded);
  if constexpr (P::kDepth == 1) {  // the same words serve both kinds of products
    b.key_pairs = b.key_rows, b.value_pairs = b.value_rows;
    b.query_pairs = b.query_rows, b.dout_pairs = b.dout_rows;
    b.dscore_keys = b.dscores;
  } else {
    carver.take(b.key_pairs, matrix / P::kDepth), carver.take(b.value_pairs, matrix / P::kDepth);
    carver.take(b.query_pairs, block / P::kDepth), carver.take(b.dout_pairs, block / P::kDepth);
    carver.take(b.dscore_keys, chunk / P::kDepth);
  }
  return b;
}

template <typename P>
LIMBECK_INLINE std::int64_t scratchOf(int length, int head_width) {
  ScratchCarver carver;
  carve<P>(length, head_width, carver);
  return carver.used;
}

/// `mask` where the key comes after the query.
LIMBECK_INLINE Vec maskFuture(Vec v, int key, int first_query, Vec mask) {
  return laneNumbers() < key - first_query ? mask : v;
}

/// The dropout factor of attention weight (key, queries from first_query on) of a head. The index does not depend on
/// the width of vectors: all instruction sets drop the same weights.
LIMBECK_INLINE Vec attentionFactor(const AttentionShape& shape, int head, int key, int first_query) {
  const std::uint32_t index =
      (static_cast<std::uint32_t>(head) * static_cast<std::uint32_t>(shape.length) + static_cast<std::uint32_t>(key)) *
          static_cast<std::uint32_t>(shape.length + 32) +
      static_cast<std::uint32_t>(first_query);
  return dropoutFactor(shape.dropout, reinterpret_cast<WordVec>(laneNumbers()) + index);
}

/// What the work on one block of queries knows.
template <typename P, int Width>
struct QueryBlock {
  const AttentionShape& shape;
  const HeadBuffers<P>& buffers;
  HeadSize<P, Width> size;
  int head;
  int first;  // query
};

template <int N>
struct IntTag {
  static constexpr int value = N;
};

/// The work in parts: first keys that some query of the block's first vector sees, then those that only the second
/// vector's queries see. `part(vectors, key, rows)`: vectors is 2, then 1. Rows are multiples of kTileRows; those
/// beyond the sequence are zeros, masked by causality.
template <typename Part>
LIMBECK_INLINE void forKeyChunks(int length, int first, Part part) {
  const int end = smaller(roundUp(length, kTileRows), first + kPanel);
  const int both = smaller(end, first + kLanes);
  for (int key = 0; key < both; key += kKeyChunk) part(IntTag<2>{}, key, smaller(kKeyChunk, both - key));
  if (both < end) part(IntTag<1>{}, both, end - both);
}

}  // namespace limbeck::fused::LIMBECK_ISA
