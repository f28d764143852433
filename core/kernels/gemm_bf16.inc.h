// SPDX-License-Identifier: GPL-3.0-or-later
// Products of float32 matrices in bf16 with sums in float32. Numbers are rounded on their way into small buffers on the
// stack, once for each block of a product, and lie there in pairs along the depth.
#pragma once

#include "core/kernels/bf16.inc.h"
#include "core/kernels/gemm.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr int kDepthChunk = 1024;                // numbers of a row of `a` in the buffer
inline constexpr int kRowWords = kDepthChunk / 2 + 16;  // and a cache line, so that rows fall into different cache sets
inline constexpr int kRowChunk = 128;                   // rows that a product of transposed matrices takes at once
inline constexpr int kColumnChunk = 512;                // columns of b at once, which fill 128 KiB: second-level cache

/// The first `count` lanes (none if negative), zeros beyond. Reads whole vectors only where one of them is wanted.
LIMBECK_INLINE Vec loadFirst(const float* p, int count) {
  if (count >= kLanes) return load(p);
  if (count <= 0) return Vec{};
  return laneNumbers() < count ? load(p) : Vec{};
}

/// pairs[row][step] for numbers 2 step and 2 step + 1 of a row of x, with a zero behind an odd depth.
LIMBECK_INLINE void pairNeighbours(int rows, int depth, const float* x, int ldx, Pair* pairs, int ld) {
  for (int row = 0; row < rows; ++row, x += ldx, pairs += ld) {
    int i = 0;
    for (; i + 2 * kLanes <= depth; i += 2 * kLanes)
      storePairs(pairs + i / 2, roundNeighbours(load(x + i), load(x + i + kLanes)));
    if (i < depth)
      storePairs(pairs + i / 2,
                 roundNeighbours(loadFirst(x + i, depth - i), loadFirst(x + i + kLanes, depth - i - kLanes)));
  }
}

/// pairs[panel][step][column of the panel] for rows 2 step and 2 step + 1 of x, with zeros below the last row.
LIMBECK_INLINE void pairRows(int rows, int columns, int steps, const float* x, int ldx, Pair* pairs) {
  for (int first = 0; first < columns; first += kPanel) {
    for (int step = 0; step < steps; ++step, pairs += kPanel) {
      const float* upper = x + 2 * step * static_cast<std::int64_t>(ldx) + first;
#pragma GCC unroll 2
      for (int v = 0; v < kPanel; v += kLanes) {
        const int left = columns - first - v;
        const Vec low = 2 * step < rows ? loadFirst(upper + v, left) : Vec{};
        const Vec high = 2 * step + 1 < rows ? loadFirst(upper + ldx + v, left) : Vec{};
        storePairs(pairs + v, roundToPairs(low, high));
      }
    }
  }
}

/// Steps of a depth, rounded up to a multiple.
template <int Multiple>
LIMBECK_INLINE int stepsOf(int depth) {
  return (depth + 2 * Multiple - 1) / (2 * Multiple) * Multiple;
}

/// Words of a packed matrix.
template <int Multiple>
inline std::int64_t packedSizePairs(int rows, int columns) {
  return static_cast<std::int64_t>((columns + kPanel - 1) / kPanel) * kPanel * stepsOf<Multiple>(rows);
}

/// packed[panel][step][column of the panel]: rows 2 step and 2 step + 1 of b.
template <int Multiple>
inline void packPairs(int rows, int columns, const float* b, int row_stride, int column_stride, float* packed) {
  Pair* out = reinterpret_cast<Pair*>(packed);
  for (int first = 0; first < columns; first += kPanel) {
    for (int step = 0; step < stepsOf<Multiple>(rows); ++step) {
      for (int v = 0; v < kPanel; v += kLanes, out += kLanes) {
        Vec halves[2] = {};
        const int lanes = smaller(kLanes, columns - first - v);
        for (int row = 2 * step; row < smaller(rows, 2 * step + 2); ++row) {
          const float* source = b + row * static_cast<std::int64_t>(row_stride);
          for (int i = 0; i < lanes; ++i)
            halves[row % 2][i] = source[(first + v + i) * static_cast<std::int64_t>(column_stride)];
        }
        storePairs(out, roundToPairs(halves[0], halves[1]));
      }
    }
  }
}

inline void multiplyPairs(int m, int n, int depth, const float* a, int lda, const float* packed, const float* bias,
                          float* c, int ldc) {
  alignas(64) Pair rows[kRowTile * kRowWords];
  const std::int64_t panel_step = static_cast<std::int64_t>(kPanel) * stepsOf<1>(depth);
  for (int start = 0; start < depth; start += kDepthChunk) {
    const int chunk = smaller(kDepthChunk, depth - start);
    const int steps = stepsOf<1>(chunk);
    const Pair* b = reinterpret_cast<const Pair*>(packed) + start / 2 * kPanel;
    for (int row = 0; row < m; row += kRowTile) {
      const int count = smaller(kRowTile, m - row);
      pairNeighbours(count, chunk, a + row * static_cast<std::int64_t>(lda) + start, lda, rows, kRowWords);
      float* place = c + row * static_cast<std::int64_t>(ldc);
      if (start == 0) {
        product<Layout::Plain, Result::Overwrite, Strides<kRowWords, 0>>(
            count, n, Operands<Pair>{rows, b, bias, place, kRowWords, kPanel, ldc, steps}, panel_step);
      } else {
        product<Layout::Plain, Result::Add, Strides<kRowWords, 0>>(
            count, n, Operands<Pair>{rows, b, nullptr, place, kRowWords, kPanel, ldc, steps}, panel_step);
      }
    }
  }
}

inline void multiplyTransposedAddPairs(int m, int n, int depth, const float* a, int lda, const float* b, int ldb,
                                       float* c, int ldc) {
  constexpr int kSteps = kRowChunk / 2;
  alignas(64) Pair a_pairs[kSteps * kPanel];
  alignas(64) Pair b_pairs[kSteps * kColumnChunk];
  for (int row = 0; row < depth; row += kRowChunk) {
    const int rows = smaller(kRowChunk, depth - row);
    const int steps = stepsOf<1>(rows);
    for (int column = 0; column < n; column += kColumnChunk) {
      const int columns = smaller(kColumnChunk, n - column);
      pairRows(rows, columns, steps, b + row * static_cast<std::int64_t>(ldb) + column, ldb, b_pairs);
      for (int output = 0; output < m; output += kPanel) {
        const int outputs = smaller(kPanel, m - output);
        pairRows(rows, outputs, steps, a + row * static_cast<std::int64_t>(lda) + output, lda, a_pairs);
        product<Layout::Transposed, Result::Add, Strides<kPanel, 0>>(
            outputs, columns,
            Operands<Pair>{a_pairs, b_pairs, nullptr, c + output * static_cast<std::int64_t>(ldc) + column, kPanel,
                           kPanel, ldc, steps},
            static_cast<std::int64_t>(kPanel) * steps);
      }
    }
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
