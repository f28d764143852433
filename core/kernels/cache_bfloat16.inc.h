// SPDX-License-Identifier: GPL-3.0-or-later
// Keys, values, query and weights of attention as bf16.
#pragma once

#include "core/kernels/cache_attention.inc.h"
#include "core/kernels/gemm_bf16.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

struct Bfloat16Cache {
  using Number = std::uint16_t;
  using Sum = Vec;
  static constexpr bool kHasScales = false;

  static LIMBECK_INLINE PairVec loadPairs(const Number* p) { return *reinterpret_cast<const UnalignedPairVec*>(p); }
  static LIMBECK_INLINE Vec dot(Vec sum, PairVec a, PairVec b) { return dotPairs(sum, a, b); }
  static LIMBECK_INLINE Vec toFloat(Vec sum) { return sum; }
  static LIMBECK_INLINE Vec score(Vec sum, const std::uint16_t*) { return sum; }

  static LIMBECK_INLINE void storeNumbers(Number* p, PairVec pairs) { *reinterpret_cast<UnalignedPairVec*>(p) = pairs; }

  static LIMBECK_INLINE void roundRow(int n, const float* row, Number* numbers, std::uint16_t*) {
    for (int i = 0; i < n; i += 2 * kLanes)
      storeNumbers(numbers + i,
                   roundNeighbours(loadFirst(row + i, n - i), loadFirst(row + i + kLanes, n - i - kLanes)));
  }

  static LIMBECK_INLINE void roundKeys(int n, const float* columns, Number* keys, std::uint16_t*) {
    for (int block = 0; block < kCacheBlock; block += 16) {
      for (int d = 0; d < n; d += 2) {
        const float* first = columns + d * kCacheBlock + block;
        for (int i = 0; i < 16; i += kLanes, keys += 2 * kLanes)
          storeNumbers(keys, roundToPairs(load(first + i), load(first + kCacheBlock + i)));
      }
    }
  }

  static LIMBECK_INLINE void roundValues(int n, const float* columns, Number* values, std::uint16_t*) {
    for (int i = 0; i < n * kCacheBlock; i += 2 * kLanes)
      storeNumbers(values + i, roundNeighbours(load(columns + i), load(columns + i + kLanes)));
  }

  static LIMBECK_INLINE float roundQuery(int n, const float* query, Pair* pairs) {
    const float scale = kLog2E / __builtin_sqrtf(static_cast<float>(n));
    for (int i = 0; i < n; i += 2 * kLanes) {
      storePairs(pairs + i / 2, roundNeighbours(loadFirst(query + i, n - i) * scale,
                                                loadFirst(query + i + kLanes, n - i - kLanes) * scale));
    }
    return 1.0F;
  }

  static LIMBECK_INLINE float weigh(int count, float, float most, const std::uint16_t*, float* scores) {
    Pair* const weights = reinterpret_cast<Pair*>(scores);
    Vec total{};
    for (int i = 0; i < count; i += 2 * kLanes) {
      const Vec first = roughPowerOfTwo(load(scores + i) - most);
      const Vec second = roughPowerOfTwo(load(scores + i + kLanes) - most);
      total += first + second;
      storePairs(weights + i / 2, roundNeighbours(first, second));
    }
    return 1.0F / sum(total);
  }
};

}  // namespace limbeck::fused::LIMBECK_ISA
