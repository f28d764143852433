// SPDX-License-Identifier: GPL-3.0-or-later
// Pairs of bfloat16 numbers, the upper halves of floats, two in each 32-bit word: what vdpbf16ps multiplies. Processors
// without it compute the same products in single precision, so that a model trained in bf16 runs and is tested
// everywhere; sums may differ in their last bits.
#pragma once

#include "core/kernels/simd.h"

namespace limbeck::fused::LIMBECK_ISA {

using Pair = std::uint32_t;  // two numbers as they stand in memory, the first in the low half
typedef WordVec PairVec;
typedef std::uint32_t UnalignedPairVec __attribute__((vector_size(4 * LIMBECK_LANES), aligned(4), may_alias));

LIMBECK_INLINE PairVec loadPairs(const Pair* p) {
  return *reinterpret_cast<const UnalignedPairVec*>(p);
}
LIMBECK_INLINE void storePairs(Pair* p, PairVec v) {
  *reinterpret_cast<UnalignedPairVec*>(p) = v;
}
LIMBECK_INLINE PairVec broadcastPair(std::uint32_t pair) {
  return pair - PairVec{};
}

LIMBECK_INLINE Vec lowHalves(PairVec pairs) {
  return reinterpret_cast<Vec>(pairs << 16);
}
LIMBECK_INLINE Vec highHalves(PairVec pairs) {
  return reinterpret_cast<Vec>(pairs & 0xFFFF0000U);
}

#if defined(__AVX512BF16__) && LIMBECK_LANES == 16

/// sum[i] + a[i].low * b[i].low + a[i].high * b[i].high
LIMBECK_INLINE Vec dotPairs(Vec sum, PairVec a, PairVec b) {
  return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
}

/// Pairs of neighbours: the 2 kLanes numbers of `first` and then `second`, in order.
LIMBECK_INLINE PairVec roundNeighbours(Vec first, Vec second) {
  return reinterpret_cast<PairVec>(_mm512_cvtne2ps_pbh(second, first));
}

/// Element i: low[i] in the low half, high[i] in the high half, rounded to nearest, ties to even.
LIMBECK_INLINE PairVec roundToPairs(Vec low, Vec high) {
  typedef std::uint16_t Halves __attribute__((vector_size(64)));
  constexpr Halves kInterleave = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                  8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  return reinterpret_cast<PairVec>(_mm512_permutexvar_epi16(reinterpret_cast<__m512i>(kInterleave),
                                                            reinterpret_cast<__m512i>(roundNeighbours(low, high))));
}

#else

LIMBECK_INLINE Vec dotPairs(Vec sum, PairVec a, PairVec b) {
  sum += highHalves(a) * highHalves(b);
  return sum + lowHalves(a) * lowHalves(b);
}

/// Rounded to nearest, ties to even, still in the upper half of each word; the lower half is noise. NaN stays NaN.
LIMBECK_INLINE WordVec roundHalf(Vec v) {
  const WordVec bits = reinterpret_cast<WordVec>(v);
  const WordVec rounded = bits + 0x7FFFU + ((bits >> 16) & 1U);
  return v == v ? rounded : bits | 0x400000U;  // rounding could carry a NaN into another number
}

LIMBECK_INLINE PairVec roundToPairs(Vec low, Vec high) {
  return (roundHalf(low) >> 16) | (roundHalf(high) & 0xFFFF0000U);
}

LIMBECK_INLINE PairVec roundNeighbours(Vec first, Vec second) {
  const IntVec even = 2 * laneNumbers();
  return roundToPairs(__builtin_shuffle(first, second, even), __builtin_shuffle(first, second, even + 1));
}

#endif

/// One pair from two numbers, as roundToPairs does.
LIMBECK_INLINE std::uint32_t roundPair(float low, float high) {
  return roundToPairs(broadcast(low), broadcast(high))[0];
}

}  // namespace limbeck::fused::LIMBECK_ISA
