// SPDX-License-Identifier: GPL-3.0-or-later
// Where no score can be so large that 2^score overflows, probabilities are exponentials as they come: softmax does not
// see a shift, and single precision keeps its relative accuracy over the whole range. Otherwise the maximum runs along
// with the blocks of keys, as in FlashAttention.
#pragma once

#include "core/kernels/attention_blocks.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr float kMinusInfinity = -__builtin_inff();
inline constexpr float kLargestScore = 80.0F;  // 2^80, times the length, times values, stays far below 2^128

/// log2 of normal x > 0 to single precision, NaN for infinities and NaN: from m in [sqrt(1/2), sqrt(2)) by the series
/// of artanh((m - 1) / (m + 1)). Calls of the library, one lane at a time, took 5 % of the forward pass.
LIMBECK_INLINE Vec logarithm(Vec x) {
  const IntVec bits = reinterpret_cast<IntVec>(x);
  const IntVec exponent = (bits - 0x3F3504F3) >> 23;  // the bits of sqrt(1/2)
  const Vec m = reinterpret_cast<Vec>(bits - (exponent << 23));
  const Vec t = (m - 1.0F) / (m + 1.0F);
  const Vec square = t * t;
  Vec series = square * (1.0F / 9.0F) + (1.0F / 7.0F);
  series = series * square + (1.0F / 5.0F);
  series = series * square + (1.0F / 3.0F);
  series = series * square + 1.0F;
  return __builtin_convertvector(exponent, Vec) + t * (2.0F * kLog2E) * series + (x - x);
}

/// By query, for the two vectors of a block.
struct SoftmaxState {
  Vec largest[2];  // what scores are taken less
  Vec sums[2];
};

/// A tile of scores, less the maximum, becomes probabilities: exponentials are summed, then some are dropped.
template <typename P, int Width, int Vectors>
LIMBECK_INLINE void finishTile(const QueryBlock<P, Width>& at, int key, int first_query,
                               Vec (&tile)[kTileRows][Vectors], Vec (&sums)[Vectors], typename P::Word* probabilities) {
#pragma GCC unroll 32
  for (int r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) tile[r][v] = P::power(tile[r][v]);
  }
  if (key + kTileRows - 1 > first_query) {
#pragma GCC unroll 32
    for (int r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) tile[r][v] = maskFuture(tile[r][v], key + r, first_query + v * kLanes, Vec{});
    }
  }
#pragma GCC unroll 32
  for (int r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) sums[v] += tile[r][v];
  }
  if (at.shape.dropout.threshold != 0) {
#pragma GCC unroll 32
    for (int r = 0; r < kTileRows; ++r) {
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v)
        tile[r][v] *= attentionFactor(at.shape, at.head, key + r, first_query + v * kLanes);
    }
  }
  storeKeyWords<P>(tile, probabilities);
}

/// probabilities[key][query] = 2^score, and their sums.
template <typename P, int Width, int Vectors>
LIMBECK_INLINE void plainChunk(const QueryBlock<P, Width>& at, int key, int rows, SoftmaxState& state) {
  constexpr int kColumn = (2 - Vectors) * kLanes;
  const int row_words = at.size.rowWords();
  const typename P::Word* keys = at.buffers.key_rows + static_cast<std::int64_t>(key) * row_words;
  Vec sums[Vectors] = {};
  for (int r = 0; r < rows; r += kTileRows) {
    Vec tile[kTileRows][Vectors] = {};
    accumulate<P>(tile, at.size.depth(), keys + r * row_words, row_words, 1, at.buffers.query_block + kColumn, kPanel);
    finishTile(at, key + r, at.first + kColumn, tile, sums,
               at.buffers.probabilities + r / P::kDepth * kPanel + kColumn);
  }
  for (int v = 0; v < Vectors; ++v) state.sums[2 - Vectors + v] += sums[v];
}

/// The same less a running maximum: sums and results so far are scaled to the new one.
template <typename P, int Width, int Vectors>
LIMBECK_INLINE void shiftedChunk(const QueryBlock<P, Width>& at, int key, int rows, SoftmaxState& state) {
  constexpr int kColumn = (2 - Vectors) * kLanes;
  const int first_query = at.first + kColumn;
  const int row_words = at.size.rowWords();
  const typename P::Word* keys = at.buffers.key_rows + static_cast<std::int64_t>(key) * row_words;
  Vec top[Vectors], sums[Vectors] = {};
  for (int v = 0; v < Vectors; ++v) top[v] = state.largest[2 - Vectors + v];
  for (int r = 0; r < rows; r += kTileRows) {
    Vec tile[kTileRows][Vectors] = {};
    accumulate<P>(tile, at.size.depth(), keys + r * row_words, row_words, 1, at.buffers.query_block + kColumn, kPanel);
    for (int i = 0; i < kTileRows; ++i) {
      for (int v = 0; v < Vectors; ++v) {
        const Vec score = maskFuture(tile[i][v], key + r + i, first_query + v * kLanes, broadcast(kMinusInfinity));
        top[v] = maximum(score, top[v]);
        store(at.buffers.scores + (r + i) * kPanel + kColumn + v * kLanes, score);
      }
    }
  }
  for (int r = 0; r < rows; r += kTileRows) {
    Vec tile[kTileRows][Vectors];
    for (int i = 0; i < kTileRows; ++i) {
      for (int v = 0; v < Vectors; ++v)
        tile[i][v] = load(at.buffers.scores + (r + i) * kPanel + kColumn + v * kLanes) - top[v];
    }
    finishTile(at, key + r, first_query, tile, sums, at.buffers.probabilities + r / P::kDepth * kPanel + kColumn);
  }
  for (int v = 0; v < Vectors; ++v) {
    const int vector = 2 - Vectors + v;
    const Vec correction = powerOfTwo(state.largest[vector] - top[v]);
    state.largest[vector] = top[v];
    state.sums[vector] = state.sums[vector] * correction + sums[v];
    for (int d = 0; d < at.size.width(); ++d) {
      float* place = at.buffers.result + d * kPanel + vector * kLanes;
      store(place, load(place) * correction);
    }
  }
}

/// Whether no score of a block can reach kLargestScore. `turned`: [width, kPanel], the block's queries; `key_bounds`:
/// the largest |key| by dimension.
LIMBECK_INLINE bool scoresAreSmall(int width, const float* turned, const float* key_bounds) {
  Vec bounds[2] = {};
  for (int d = 0; d < width; ++d) {
    for (int v = 0; v < 2; ++v) bounds[v] += absolute(load(turned + d * kPanel + v * kLanes)) * key_bounds[d];
  }
  return largest(maximum(bounds[0], bounds[1])) < kLargestScore;
}

}  // namespace limbeck::fused::LIMBECK_ISA
