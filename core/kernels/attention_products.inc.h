// SPDX-License-Identifier: GPL-3.0-or-later
// The three products of attention as register tiles. `a` is read word by word and spread over a vector, `b` by vectors.
// The sums of a score tile stay in registers, so that what follows (exponentials, rounding) needs no memory.
#pragma once

#include "core/kernels/attention_words.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

// Sums in a tile: enough to hide the latency of a multiply-add, few enough to leave registers for operands.
inline constexpr int kTileRows = kLanes >= 16 ? 8 : 4;

template <typename P, int Rows, int Vectors>
LIMBECK_INLINE void accumulate(Vec (&sums)[Rows][Vectors], int steps, const typename P::Word* a, std::int64_t a_row,
                               std::int64_t a_step, const typename P::Word* b, std::int64_t b_step) {
  for (int step = 0; step < steps; ++step) {
    typename P::Words columns[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) columns[v] = P::loadWords(b + v * kLanes);
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
      const typename P::Words factor = P::spread(a[r * a_row]);
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sums[r][v] = P::dot(sums[r][v], factor, columns[v]);
    }
    a += a_step;
    b += b_step;
  }
}

template <typename P, int Rows, int Vectors>
LIMBECK_INLINE void addTile(int steps, const typename P::Word* a, std::int64_t a_row, std::int64_t a_step,
                            const typename P::Word* b, std::int64_t b_step, float* c, std::int64_t c_row) {
  Vec sums[Rows][Vectors];
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) sums[r][v] = load(c + r * c_row + v * kLanes);
  }
  accumulate<P>(sums, steps, a, a_row, a_step, b, b_step);
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) store(c + r * c_row + v * kLanes, sums[r][v]);
  }
}

/// block[d][query] += sum over keys of pairs[key][d] * scores[key][query]; `steps`: words of keys. `block` and `scores`
/// have kPanel columns.
template <typename P, int Width, int Vectors>
LIMBECK_INLINE void addToBlock(HeadSize<P, Width> size, int steps, const typename P::Word* pairs,
                               const typename P::Word* scores, float* block) {
  for (int d = 0; d < size.width(); d += kTileRows)
    addTile<P, kTileRows, Vectors>(steps, pairs + d, 1, size.padded(), scores, kPanel, block + d * kPanel, kPanel);
}

/// c[key][d] += sum over queries of scores[key][query] * pairs[query][d] for a multiple of kTileRows keys.
template <typename P, int Width>
LIMBECK_INLINE void addToRows(HeadSize<P, Width> size, int rows, int steps, const typename P::Word* scores,
                              const typename P::Word* pairs, float* c) {
  constexpr int kScoreRow = kPanel / P::kDepth;
  const int padded = size.padded();
  int d = 0;
  for (; d + 2 * kLanes <= padded; d += 2 * kLanes) {
    for (int r = 0; r < rows; r += kTileRows)
      addTile<P, kTileRows, 2>(steps, scores + r * kScoreRow, kScoreRow, 1, pairs + d, padded, c + r * padded + d,
                               padded);
  }
  if (d == padded) return;
  int r = 0;
  for (; r + 2 * kTileRows <= rows; r += 2 * kTileRows)
    addTile<P, 2 * kTileRows, 1>(steps, scores + r * kScoreRow, kScoreRow, 1, pairs + d, padded, c + r * padded + d,
                                 padded);
  if (r < rows)
    addTile<P, kTileRows, 1>(steps, scores + r * kScoreRow, kScoreRow, 1, pairs + d, padded, c + r * padded + d,
                             padded);
}

/// words[key / depth][query] from a tile of keys.
template <typename P, int Rows, int Vectors>
LIMBECK_INLINE void storeKeyWords(const Vec (&tile)[Rows][Vectors], typename P::Word* words) {
#pragma GCC unroll 32
  for (int r = 0; r < Rows; r += P::kDepth) {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
      typename P::Word* place = words + r / P::kDepth * kPanel + v * kLanes;
      if constexpr (P::kDepth == 1) {
        store(place, tile[r][v]);
      } else {
        storePairs(place, roundToPairs(tile[r][v], tile[r + 1][v]));
      }
    }
  }
}

/// words[key][query / 2] from a tile of keys. One vector fills half a row; what is written behind it is overwritten by
/// the next row, or belongs to nothing.
template <int Rows, int Vectors>
LIMBECK_INLINE void storeQueryPairs(const Vec (&tile)[Rows][Vectors], Pair* words) {
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) storePairs(words + r * kLanes, roundNeighbours(tile[r][0], tile[r][Vectors - 1]));
}

}  // namespace limbeck::fused::LIMBECK_ISA
