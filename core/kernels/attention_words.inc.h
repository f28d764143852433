// SPDX-License-Identifier: GPL-3.0-or-later
// What attention's products multiply. Attention is written once for both precisions: its operands are words, and a word
// is one float or one pair of bf16 numbers. Sums, exponentials and everything that is kept are float in both.
#pragma once

#include "core/kernels/bf16.inc.h"
#include "core/kernels/simd.h"

namespace limbeck::fused::LIMBECK_ISA {

/// 2^f for f in [-0.5, 0.5] to 7.5e-5, for numbers that are rounded to bf16 (4e-3) afterwards.
LIMBECK_INLINE Vec roughPowerOfFraction(Vec f) {
  Vec p = f * 0.055171669F + 0.24261112F;
  p = p * f + 0.69326099F;
  return p * f + 0.99992807F;
}

struct FloatWords {
  using Word = float;
  using Words = Vec;
  static constexpr int kDepth = 1;  // numbers in a word
  static LIMBECK_INLINE Words loadWords(const Word* p) { return load(p); }
  static LIMBECK_INLINE void storeWords(Word* p, Words v) { store(p, v); }
  static LIMBECK_INLINE Words spread(Word word) { return broadcast(word); }
  static LIMBECK_INLINE Vec dot(Vec sum, Words a, Words b) { return sum + a * b; }
  static LIMBECK_INLINE Vec first(Words words) { return words; }
  static LIMBECK_INLINE Vec power(Vec x) { return powerOfTwo(x); }
};

struct Bf16Words {
  using Word = Pair;
  using Words = PairVec;
  static constexpr int kDepth = 2;
  static LIMBECK_INLINE Words loadWords(const Word* p) { return loadPairs(p); }
  static LIMBECK_INLINE void storeWords(Word* p, Words v) { storePairs(p, v); }
  static LIMBECK_INLINE Words spread(Word word) { return broadcastPair(word); }
  static LIMBECK_INLINE Vec dot(Vec sum, Words a, Words b) { return dotPairs(sum, a, b); }
  static LIMBECK_INLINE Vec first(Words words) { return reinterpret_cast<Vec>(words << 16); }
  static LIMBECK_INLINE Vec second(Words words) { return reinterpret_cast<Vec>(words & 0xFFFF0000U); }
  static LIMBECK_INLINE Vec power(Vec x) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
    const Vec fraction = _mm512_reduce_ps(x, 8);  // see powerOfTwo
    return _mm512_scalef_ps(roughPowerOfFraction(fraction), x - fraction);
#else
    return powerOfTwo(x);
#endif
  }
};

/// The size of a head. `Width` 0: known at run time only; otherwise the loops over a head have fixed lengths.
template <typename P, int Width>
struct HeadSize {
  int given = 0;
  LIMBECK_INLINE int width() const { return Width != 0 ? Width : given; }
  LIMBECK_INLINE int padded() const { return (width() + kLanes - 1) / kLanes * kLanes; }
  LIMBECK_INLINE int depth() const { return width() / P::kDepth; }                         // words that a head takes
  LIMBECK_INLINE int rowWords() const { return P::kDepth == 1 ? padded() : width() / 2; }  // from row to row
};

}  // namespace limbeck::fused::LIMBECK_ISA
