// SPDX-License-Identifier: GPL-3.0-or-later
// Matrix products from one register tile: Rows x (Vectors * kLanes) sums stay in registers while the depth is walked.
// `a` is read by broadcast, either along rows (a[row * lda + step]) or transposed (a[step * lda + row]).
#pragma once

#include "core/kernels/bf16.inc.h"
#include "core/kernels/simd.h"

namespace limbeck::fused::LIMBECK_ISA {

/// Element: float, or Pair for two bf16 numbers that follow each other along the depth.
template <typename Element>
struct Operands {
  const Element* a;
  const Element* b;
  const float* bias;  // null for none
  float* c;
  int lda;
  int ldb;
  int ldc;
  int depth;  // in elements
};

LIMBECK_INLINE Vec loadElements(const float* p) {
  return load(p);
}
LIMBECK_INLINE PairVec loadElements(const Pair* p) {
  return loadPairs(p);
}
LIMBECK_INLINE Vec broadcastElement(float x) {
  return broadcast(x);
}
LIMBECK_INLINE PairVec broadcastElement(Pair x) {
  return broadcastPair(x);
}
LIMBECK_INLINE Vec multiplyAdd(Vec sum, Vec a, Vec b) {
  return sum + a * b;
}
LIMBECK_INLINE Vec multiplyAdd(Vec sum, PairVec a, PairVec b) {
  return dotPairs(sum, a, b);
}

enum class Layout { Plain, Transposed };
enum class Result { Overwrite, Add };

/// Row distances known when compiling (0: not known) spare a tile the arithmetic of a dozen addresses.
template <int A, int C>
struct Strides {
  static constexpr int kA = A;
  static constexpr int kC = C;
};
using AnyStrides = Strides<0, 0>;

template <int Rows, int Vectors, Layout ALayout, Result CResult, typename Known, typename Element>
LIMBECK_INLINE void tile(const Operands<Element>& o) {
  Vec sums[Rows][Vectors];
#pragma GCC unroll 4
  for (int v = 0; v < Vectors; ++v) {
    const Vec start = o.bias == nullptr ? Vec{} : load(o.bias + v * kLanes);
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) sums[r][v] = start;
  }
  const Element* a = o.a;
  const Element* b = o.b;
  float* c = o.c;
  const std::int64_t lda = Known::kA != 0 ? Known::kA : o.lda;
  const std::int64_t ldc = Known::kC != 0 ? Known::kC : o.ldc;
  for (int step = 0; step < o.depth; ++step) {
    decltype(loadElements(b)) columns[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) columns[v] = loadElements(b + v * kLanes);
#pragma GCC unroll 32
    for (int r = 0; r < Rows; ++r) {
      const auto factor = broadcastElement(ALayout == Layout::Plain ? a[r * lda] : a[r]);
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sums[r][v] = multiplyAdd(sums[r][v], factor, columns[v]);
    }
    a += ALayout == Layout::Plain ? 1 : lda;
    b += o.ldb;
  }
#pragma GCC unroll 32
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
      float* place = c + r * ldc + v * kLanes;
      store(place, CResult == Result::Add ? load(place) + sums[r][v] : sums[r][v]);
    }
  }
}

template <int Rows, int Vectors, Layout ALayout, Result CResult, typename Known, typename Element>
__attribute__((noinline)) void tileCall(const Operands<Element>& o) {
  tile<Rows, Vectors, ALayout, CResult, Known>(o);
}

/// As many tiles of `Rows` rows as fit between `row` and m.
template <int Rows, int Vectors, Layout ALayout, Result CResult, typename Known, typename Element>
LIMBECK_INLINE void tiles(int& row, int m, Operands<Element>& o) {
  const std::int64_t a_step = ALayout == Layout::Plain ? o.lda : 1;
  for (; row + Rows <= m; row += Rows) {
    tileCall<Rows, Vectors, ALayout, CResult, Known>(o);
    o.a += Rows * a_step;
    o.c += Rows * static_cast<std::int64_t>(o.ldc);
  }
}

/// One panel of columns for all m rows.
template <int Vectors, Layout ALayout, Result CResult, typename Known = AnyStrides, typename Element>
LIMBECK_INLINE void panelRows(int m, Operands<Element> o) {
  constexpr int kLarge = ALayout == Layout::Plain ? kRowTile : LIMBECK_TRANSPOSED_TILE;
  constexpr int kSmall = kLarge >= 12 ? 4 : 2;
  int row = 0;
  if (Vectors == 1) tiles<2 * kLarge, Vectors, ALayout, CResult, Known>(row, m, o);
  tiles<kLarge, Vectors, ALayout, CResult, Known>(row, m, o);
  tiles<kSmall, Vectors, ALayout, CResult, Known>(row, m, o);
  tiles<1, Vectors, ALayout, CResult, Known>(row, m, o);
}

/// All panels; `panel_step`: from one panel of b to the next.
template <Layout ALayout, Result CResult, typename Known = AnyStrides, typename Element>
LIMBECK_INLINE void product(int m, int n, Operands<Element> o, std::int64_t panel_step) {
  int column = 0;
  for (; column + kPanel <= n; column += kPanel) {
    panelRows<2, ALayout, CResult, Known>(m, o);
    o.b += panel_step;
    o.c += kPanel;
    if (o.bias != nullptr) o.bias += kPanel;
  }
  if (column < n) panelRows<1, ALayout, CResult, Known>(m, o);
}

inline std::int64_t packedSize(int rows, int columns) {
  return static_cast<std::int64_t>((columns + kPanel - 1) / kPanel) * kPanel * rows;
}

inline void pack(int rows, int columns, const float* b, int row_stride, int column_stride, float* packed) {
  for (int first = 0; first < columns; first += kPanel) {
    for (int row = 0; row < rows; ++row) {
      const float* source = b + row * static_cast<std::int64_t>(row_stride);
      for (int i = 0; i < kPanel; ++i) {
        const std::int64_t column = first + i;
        *packed++ = column < columns ? source[column * column_stride] : 0.0F;
      }
    }
  }
}

inline void multiply(int m, int n, int depth, const float* a, int lda, const float* packed, const float* bias, float* c,
                     int ldc) {
  product<Layout::Plain, Result::Overwrite>(m, n, Operands<float>{a, packed, bias, c, lda, kPanel, ldc, depth},
                                            static_cast<std::int64_t>(kPanel) * depth);
}

inline void multiplyTransposedAdd(int m, int n, int depth, const float* a, int lda, const float* b, int ldb, float* c,
                                  int ldc) {
  product<Layout::Transposed, Result::Add>(m, n, Operands{a, b, nullptr, c, lda, ldb, ldc, depth}, kPanel);
}

inline void columnSumsAdd(int rows, int n, const float* x, int ld, float* sums) {
  int column = 0;
  for (; column + kLanes <= n; column += kLanes) {
    Vec even{};
    Vec odd{};
    int row = 0;
    const float* p = x + column;
    for (; row + 1 < rows; row += 2, p += 2 * static_cast<std::int64_t>(ld)) {
      even += load(p);
      odd += load(p + ld);
    }
    if (row < rows) even += load(p);
    store(sums + column, load(sums + column) + even + odd);
  }
  for (; column < n; ++column) {
    float total = 0.0F;
    for (int row = 0; row < rows; ++row) total += x[row * static_cast<std::int64_t>(ld) + column];
    sums[column] += total;
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
