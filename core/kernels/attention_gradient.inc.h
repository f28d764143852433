// SPDX-License-Identifier: GPL-3.0-or-later
// Probabilities are computed again from the kept log normalisers, tile by tile together with the gradient of the
// scores: both leave the registers once, as the words that the three products after them read.
#pragma once

#include "core/kernels/attention_blocks.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

// Two tiles, of scores and of their gradients: together they fill the registers of AVX-512; those of smaller sets keep
// one while the other waits in memory, which is cheaper than tiles of two rows.
inline constexpr int kPairTileRows = 4;

/// By query: less the log normaliser, and less the mean of the probabilities' gradient under them.
struct BlockSums {
  Vec negative_log_sums[2];
  Vec negative_deltas[2];
};

/// Scores less the log normaliser become probabilities P, times the dropout factor; the gradients dP become those of
/// the scores, P * (dP - delta), where delta is in dP already unless there is dropout.
template <typename P, int Width, int Vectors>
LIMBECK_INLINE void gradientTile(const QueryBlock<P, Width>& at, int key, int first_query, const Vec* negative_deltas,
                                 Vec (&tile)[kPairTileRows][Vectors], Vec (&dtile)[kPairTileRows][Vectors]) {
#pragma GCC unroll 32
  for (int r = 0; r < kPairTileRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) tile[r][v] = P::power(tile[r][v]);
  }
  if (key + kPairTileRows - 1 > first_query) {
#pragma GCC unroll 32
    for (int r = 0; r < kPairTileRows; ++r) {
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) tile[r][v] = maskFuture(tile[r][v], key + r, first_query + v * kLanes, Vec{});
    }
  }
  if (at.shape.dropout.threshold == 0) {
#pragma GCC unroll 32
    for (int r = 0; r < kPairTileRows; ++r) {
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) dtile[r][v] *= tile[r][v];
    }
    return;
  }
#pragma GCC unroll 32
  for (int r = 0; r < kPairTileRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) {
      const Vec factor = attentionFactor(at.shape, at.head, key + r, first_query + v * kLanes);
      dtile[r][v] = tile[r][v] * (dtile[r][v] * factor + negative_deltas[v]);
      tile[r][v] *= factor;
    }
  }
}

/// Fills the chunk's probabilities and dscores, [key][query] for sums over queries, and dscore_keys for sums over keys.
template <typename P, int Width, int Vectors>
LIMBECK_INLINE void gradientChunk(const QueryBlock<P, Width>& at, int key, int rows, const BlockSums& sums) {
  constexpr int kColumn = (2 - Vectors) * kLanes;
  const HeadBuffers<P>& b = at.buffers;
  const int row_words = at.size.rowWords();
  const typename P::Word* keys = b.key_rows + static_cast<std::int64_t>(key) * row_words;
  const typename P::Word* values = b.value_rows + static_cast<std::int64_t>(key) * row_words;
  const Vec* log_sums = sums.negative_log_sums + 2 - Vectors;
  const Vec* deltas = sums.negative_deltas + 2 - Vectors;
  const bool drops = at.shape.dropout.threshold != 0;
  for (int r = 0; r < rows; r += kPairTileRows) {
    Vec tile[kPairTileRows][Vectors], dtile[kPairTileRows][Vectors];
#pragma GCC unroll 32
    for (int i = 0; i < kPairTileRows; ++i) {
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) tile[i][v] = log_sums[v], dtile[i][v] = drops ? Vec{} : deltas[v];
    }
    accumulate<P>(tile, at.size.depth(), keys + r * row_words, row_words, 1, b.query_block + kColumn, kPanel);
    accumulate<P>(dtile, at.size.depth(), values + r * row_words, row_words, 1, b.dout_block + kColumn, kPanel);
    gradientTile(at, key + r, at.first + kColumn, deltas, tile, dtile);
    const int place = r * (kPanel / P::kDepth) + kColumn / P::kDepth;
    if constexpr (P::kDepth == 1) {
      storeKeyWords<P>(tile, b.probabilities + place);
    } else {
      storeQueryPairs(tile, b.probabilities + place);
      storeQueryPairs(dtile, b.dscores + place);
    }
    storeKeyWords<P>(dtile, b.dscore_keys + r / P::kDepth * kPanel + kColumn);
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
