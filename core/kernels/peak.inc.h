// SPDX-License-Identifier: GPL-3.0-or-later
// What the processor can do at most: multiply-adds that never leave the registers, and a sum over memory. Other kernels
// are measured against it.
#pragma once

#include "core/kernels/bf16.inc.h"
#include "core/kernels/simd.h"

namespace limbeck::fused::LIMBECK_ISA {

/// Independent sums: more than latency times units, and few enough to stay in 16 registers beside the operands.
inline constexpr int kPeakSums = 12;

/// Keeps a value in a register and hides it from the compiler, which would otherwise compute the loop's outcome at
/// once.
LIMBECK_INLINE void pin(Vec& v) {
#if defined(__x86_64__)
  asm volatile("" : "+v"(v));
#elif defined(__aarch64__)
  asm volatile("" : "+w"(v));
#else
  asm volatile("" : "+m"(v));
#endif
}

template <typename Add>
LIMBECK_INLINE double runPeak(std::int64_t rounds, double operations, const Add& add) {
  Vec sums[kPeakSums] = {};
  for (std::int64_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
    for (int s = 0; s < kPeakSums; ++s) sums[s] = add(sums[s]);
#pragma GCC unroll 12
    for (int s = 0; s < kPeakSums; ++s) pin(sums[s]);
  }
  return static_cast<double>(rounds) * kPeakSums * operations;
}

inline double peakFloats(std::int64_t rounds) {
  Vec a = broadcast(0.5F);
  Vec b = broadcast(1.0F);
  pin(a);
  pin(b);
  return runPeak(rounds, 2.0 * kLanes, [=](Vec sum) { return sum * a + b; });
}

inline double peakPairs(std::int64_t rounds) {
  Vec ones = broadcast(0.5F);
  pin(ones);
  const PairVec a = reinterpret_cast<PairVec>(ones);
  return runPeak(rounds, 4.0 * kLanes, [=](Vec sum) { return dotPairs(sum, a, a); });
}

/// Tile by tile from the first-level cache, which keeps up with the multiplying.
template <typename Tiles>
double peakTiles(std::int64_t rounds) {
  constexpr int kSide = 32;  // rows, columns, and numbers along the depth
  alignas(64) Pair a[kSide * kSide / 2] = {};
  alignas(64) Pair b[kSide * kSide / 2] = {};
  alignas(64) float sums[kSide * kSide] = {};
  const typename Tiles::Session session;
  Tiles tiles;
  tiles.start(sums, kSide);
  for (std::int64_t i = 0; i < rounds / kSide; ++i) tiles.add(a, kSide / 2, b, kSide);
  tiles.finish(sums, kSide);
  return static_cast<double>(rounds / kSide) * 2.0 * kSide * kSide * kSide;
}

inline float sumAll(std::int64_t n, const float* x) {
  Vec sums[8] = {};
  const std::int64_t step = 8 * kLanes;
  for (std::int64_t i = 0; i + step <= n; i += step) {
#pragma GCC unroll 8
    for (int s = 0; s < 8; ++s) sums[s] += load(x + i + s * kLanes);
  }
  for (int s = 1; s < 8; ++s) sums[0] += sums[s];
  return sum(sums[0]);
}

}  // namespace limbeck::fused::LIMBECK_ISA
