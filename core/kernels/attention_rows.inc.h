// SPDX-License-Identifier: GPL-3.0-or-later
// Copies of one head's rows: compact, padded to whole vectors and blocks, and as the words that products multiply.
#pragma once

#include "core/kernels/attention_words.inc.h"
#include "core/kernels/transpose.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

LIMBECK_INLINE void fillZero(float* p, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i += kLanes) store(p + i, Vec{});
}

/// dst[row][0..padded) = src[row][0..width) * scale, zeros beyond, and in rows up to kPanel.
LIMBECK_INLINE void copyRows(int rows, int width, int padded, const float* src, std::int64_t ld, float scale,
                             float* dst) {
  for (int row = 0; row < rows; ++row, src += ld, dst += padded) {
    if (width == padded) {
      for (int i = 0; i < width; i += kLanes) store(dst + i, load(src + i) * scale);
    } else {
      for (int i = 0; i < padded; ++i) dst[i] = i < width ? src[i] * scale : 0.0F;
    }
  }
  fillZero(dst, static_cast<std::int64_t>(kPanel - rows) * padded);
}

/// dst[row][column] = src[row][column] * scale for `width` columns.
LIMBECK_INLINE void storeRows(int rows, int width, int padded, const float* src, float scale, float* dst,
                              std::int64_t ld) {
  for (int row = 0; row < rows; ++row, src += padded, dst += ld) {
    if (width == padded) {
      for (int i = 0; i < width; i += kLanes) store(dst + i, load(src + i) * scale);
    } else {
      for (int i = 0; i < width; ++i) dst[i] = src[i] * scale;
    }
  }
}

/// pairs[row / 2][d] of kPanel rows.
LIMBECK_INLINE void joinRows(int padded, const float* rows, Pair* pairs) {
  for (int row = 0; row < kPanel; row += 2, rows += 2 * padded, pairs += padded) {
    for (int d = 0; d < padded; d += kLanes)
      storePairs(pairs + d, roundToPairs(load(rows + d), load(rows + padded + d)));
  }
}

/// words[row][j] = (row[j], row[width / 2 + j]) of kPanel rows; words behind a row are overwritten by the next.
LIMBECK_INLINE void joinHalves(int width, int padded, const float* rows, Pair* words) {
  const int half = width / 2;
  for (int row = 0; row < kPanel; ++row, rows += padded, words += half) {
    for (int j = 0; j < half; j += kLanes) storePairs(words + j, roundToPairs(load(rows + j), load(rows + half + j)));
  }
}

/// block[j][row] as words from kPanel rows, joined as joinHalves does. Returns the rows transposed.
template <typename P, int Width>
LIMBECK_INLINE const float* turnRows(HeadSize<P, Width> size, const float* rows, float* turned,
                                     typename P::Word* block) {
  if constexpr (P::kDepth == 1) {
    transpose(kPanel, size.padded(), rows, size.padded(), block, kPanel);
    return block;
  } else {
    transpose(kPanel, size.padded(), rows, size.padded(), turned, kPanel);
    const int half = size.depth() * kPanel;
    for (int i = 0; i < half; i += kLanes)
      storePairs(block + i, roundToPairs(load(turned + i), load(turned + half + i)));
    return turned;
  }
}

LIMBECK_INLINE Vec absolute(Vec v) {
  return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(v) & 0x7FFFFFFF);
}

/// bounds[column] = the largest |x| of the column, but for NaN.
LIMBECK_INLINE void boundColumns(int rows, int width, int padded, const float* x, std::int64_t ld, float* bounds) {
  fillZero(bounds, padded);
  for (int row = 0; row < rows; ++row, x += ld) {
    if (width == padded) {
      for (int i = 0; i < width; i += kLanes) store(bounds + i, maximum(absolute(load(x + i)), load(bounds + i)));
    } else {
      for (int i = 0; i < width; ++i) bounds[i] = __builtin_fabsf(x[i]) > bounds[i] ? __builtin_fabsf(x[i]) : bounds[i];
    }
  }
}

enum class Needs { Rows, Pairs, Both };

/// A head's matrix as words, in blocks of kPanel rows. `stage`: [kPanel, padded].
template <Needs What, typename P, int Width>
LIMBECK_INLINE void loadMatrix(HeadSize<P, Width> size, int length, const float* src, std::int64_t ld, float* stage,
                               typename P::Word* rows, typename P::Word* pairs) {
  const int padded = size.padded();
  for (int first = 0; first < length; first += kPanel, src += kPanel * ld) {
    const int valid = smaller(kPanel, length - first);
    if constexpr (P::kDepth == 1) {
      copyRows(valid, size.width(), padded, src, ld, 1.0F, rows + static_cast<std::int64_t>(first) * padded);
    } else {
      copyRows(valid, size.width(), padded, src, ld, 1.0F, stage);
      if (What != Needs::Pairs)
        joinHalves(size.width(), padded, stage, rows + static_cast<std::int64_t>(first) * size.rowWords());
      if (What != Needs::Rows) joinRows(padded, stage, pairs + static_cast<std::int64_t>(first) / 2 * padded);
    }
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
