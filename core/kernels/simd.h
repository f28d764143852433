// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of floats by GCC's vector extension. This file and the other *.inc.h files are compiled once for each
// instruction set, each time in a namespace of its own (LIMBECK_ISA). They use nothing of the standard library: an
// inline function compiled for AVX-512 could otherwise be the one that the linker keeps for everybody.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <cstdint>

#ifndef LIMBECK_ISA
#error "include this only from kernels_<instruction set>.cpp"
#endif

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr int kLanes = LIMBECK_LANES;       // floats in a vector
inline constexpr int kPanel = 2 * kLanes;          // columns of a packed panel, and queries in an attention block
inline constexpr int kRowTile = LIMBECK_ROW_TILE;  // rows of the register tile, chosen so that it fills the registers

typedef float Vec __attribute__((vector_size(4 * LIMBECK_LANES)));
typedef std::int32_t IntVec __attribute__((vector_size(4 * LIMBECK_LANES)));
typedef std::uint32_t WordVec __attribute__((vector_size(4 * LIMBECK_LANES)));
typedef float UnalignedVec __attribute__((vector_size(4 * LIMBECK_LANES), aligned(4), may_alias));

#define LIMBECK_INLINE inline __attribute__((always_inline))

LIMBECK_INLINE Vec load(const float* p) {
  return *reinterpret_cast<const UnalignedVec*>(p);
}
LIMBECK_INLINE void store(float* p, Vec v) {
  *reinterpret_cast<UnalignedVec*>(p) = v;
}
LIMBECK_INLINE Vec broadcast(float x) {
  return x - Vec{};
}
LIMBECK_INLINE Vec maximum(Vec a, Vec b) {
  return a > b ? a : b;
}
LIMBECK_INLINE int smaller(int a, int b) {
  return a < b ? a : b;
}

LIMBECK_INLINE IntVec laneNumbers() {
  IntVec lanes;
  for (int i = 0; i < kLanes; ++i) lanes[i] = i;
  return lanes;
}

LIMBECK_INLINE float sum(Vec v) {
  float total = 0.0F;
  for (int width = kLanes / 2; width > 0; width /= 2) {
    IntVec swap;
    for (int i = 0; i < kLanes; ++i) swap[i] = i ^ width;
    v += __builtin_shuffle(v, swap);
  }
  total = v[0];
  return total;
}

LIMBECK_INLINE float largest(Vec v) {
  for (int width = kLanes / 2; width > 0; width /= 2) {
    IntVec swap;
    for (int i = 0; i < kLanes; ++i) swap[i] = i ^ width;
    v = maximum(v, __builtin_shuffle(v, swap));
  }
  return v[0];
}

/// 2^f for f in [-0.5, 0.5]: minimax polynomial, relative error 7.5e-8.
LIMBECK_INLINE Vec powerOfFraction(Vec f) {
  Vec p = f * 0.0013276472F + 0.0096755413F;
  p = p * f + 0.055507133F;
  p = p * f + 0.24022120F;
  p = p * f + 0.69314697F;
  return p * f + 1.0F;
}

#if defined(__AVX512F__) && defined(__AVX512DQ__)

/// 2^x to single precision; NaN stays NaN.
LIMBECK_INLINE Vec powerOfTwo(Vec x) {
  const Vec fraction = _mm512_reduce_ps(x, 8);  // x - the nearest integer, and 0 for infinities
  return _mm512_scalef_ps(powerOfFraction(fraction), x - fraction);
}

/// 1 / (1 + 2^x): an estimate of 14 bits and a Newton step are several times faster than a division.
LIMBECK_INLINE Vec logistic2(Vec x) {
  const Vec d = 1.0F + powerOfTwo(_mm512_min_ps(broadcast(126.0F), x));
  const Vec estimate = _mm512_rcp14_ps(d);
  return estimate * (2.0F - d * estimate);
}

#else

LIMBECK_INLINE Vec powerOfTwo(Vec x) {
  x = x < -126.0F ? broadcast(-126.0F) : x;
  x = x > 127.0F ? broadcast(127.0F) : x;
  const Vec shifted = x + 12582912.0F;  // adding 1.5 * 2^23 leaves the nearest integer in the low bits
  const Vec p = powerOfFraction(x - (shifted - 12582912.0F));
  return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(p) + (reinterpret_cast<IntVec>(shifted) << 23));
}

LIMBECK_INLINE Vec logistic2(Vec x) {
  return 1.0F / (1.0F + powerOfTwo(x));
}

#endif

inline constexpr float kLog2E = 1.44269504088896341F;
inline constexpr float kLn2 = 0.693147180559945309F;

/// e^x for where x is not large: its relative error grows as 1e-7 |x|.
LIMBECK_INLINE Vec exponential(Vec x) {
  return powerOfTwo(x * kLog2E);
}

}  // namespace limbeck::fused::LIMBECK_ISA
