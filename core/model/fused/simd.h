// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of floats by GCC's vector extension. This file and the other *.inc.h files are compiled once for each
// instruction set, each time in a namespace of its own (LIMBECK_ISA). They use nothing of the standard library: an
// inline function compiled for AVX-512 could otherwise be the one that the linker keeps for everybody.
#pragma once

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

/// e^x within 2 units in the last place for -87 < x < 88, clamped outside; NaN stays NaN. Cephes' expf, vectorised.
LIMBECK_INLINE Vec exponential(Vec x) {
  x = x < -87.0F ? broadcast(-87.0F) : x;
  x = x > 88.0F ? broadcast(88.0F) : x;
  const Vec shifted =
      x * 1.44269504088896341F + 12582912.0F;  // adding 1.5 * 2^23 leaves the nearest integer in the low bits
  const Vec exponent = shifted - 12582912.0F;
  Vec r = x - exponent * 0.693359375F;
  r = r + exponent * 2.12194440e-4F;
  Vec p = r * 1.9875691500e-4F + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * (r * r) + r + 1.0F;
  return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(p) + (reinterpret_cast<IntVec>(shifted) << 23));
}

}  // namespace limbeck::fused::LIMBECK_ISA
