// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/simd.h"

namespace limbeck::fused::LIMBECK_ISA {

/// Transposes kLanes x kLanes by exchanging ever larger off-diagonal blocks (Eklundh).
LIMBECK_INLINE void transposeSquare(const float* src, int lds, float* dst, int ldd) {
  Vec rows[kLanes];
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) rows[i] = load(src + i * static_cast<std::int64_t>(lds));
#pragma GCC unroll 4
  for (int step = 1; step < kLanes; step *= 2) {
    IntVec upper{}, lower{};
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      upper[i] = (i & step) == 0 ? i : kLanes + i - step;
      lower[i] = (i & step) == 0 ? i + step : kLanes + i;
    }
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      if ((i & step) != 0) continue;
      const Vec a = rows[i];
      const Vec b = rows[i + step];
      rows[i] = __builtin_shuffle(a, b, upper);
      rows[i + step] = __builtin_shuffle(a, b, lower);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; ++i) store(dst + i * static_cast<std::int64_t>(ldd), rows[i]);
}

/// dst[column][row] = src[row][column]; both counts are multiples of kLanes.
LIMBECK_INLINE void transpose(int rows, int columns, const float* src, int lds, float* dst, int ldd) {
  for (int row = 0; row < rows; row += kLanes) {
    for (int column = 0; column < columns; column += kLanes) {
      transposeSquare(src + row * static_cast<std::int64_t>(lds) + column, lds,
                      dst + column * static_cast<std::int64_t>(ldd) + row, ldd);
    }
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
