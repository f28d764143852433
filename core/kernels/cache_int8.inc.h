// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and values as whole numbers of 8 bits with a scale for each token and head. Query and weights of attention are
// whole numbers of 16 bits, so that what is rounded coarsely is only what memory holds; products and their sums are
// exact. A token's value scale goes into its weight.
#pragma once

#include "core/kernels/cache_attention.inc.h"
#include "core/kernels/gemm_bf16.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

struct Int8Cache {
  using Number = std::int8_t;
  using Sum = IntVec;
  static constexpr bool kHasScales = true;

  typedef std::int8_t Bytes __attribute__((vector_size(LIMBECK_LANES)));
  typedef std::int8_t PairBytes __attribute__((vector_size(2 * LIMBECK_LANES), aligned(1), may_alias));
  typedef std::int16_t PairHalves __attribute__((vector_size(4 * LIMBECK_LANES)));
  typedef std::uint16_t Halves __attribute__((vector_size(2 * LIMBECK_LANES)));
  typedef std::uint16_t UnalignedHalves __attribute__((vector_size(2 * LIMBECK_LANES), aligned(1), may_alias));
  typedef std::int8_t UnalignedBytes __attribute__((vector_size(LIMBECK_LANES), aligned(1), may_alias));

  static LIMBECK_INLINE PairVec loadPairs(const Number* p) {
    // GCC takes a conversion of whole vectors apart and puts it together again.
#if defined(__AVX512BW__) && LIMBECK_LANES == 16
    return reinterpret_cast<PairVec>(_mm512_cvtepi8_epi16(*reinterpret_cast<const __m256i_u*>(p)));
#elif defined(__AVX2__) && LIMBECK_LANES == 8
    return reinterpret_cast<PairVec>(_mm256_cvtepi8_epi16(*reinterpret_cast<const __m128i_u*>(p)));
#else
    return reinterpret_cast<PairVec>(__builtin_convertvector(*reinterpret_cast<const PairBytes*>(p), PairHalves));
#endif
  }
  static LIMBECK_INLINE IntVec dot(IntVec sum, PairVec a, PairVec b) {
#if defined(__AVX512VNNI__) && LIMBECK_LANES == 16
    return reinterpret_cast<IntVec>(_mm512_dpwssd_epi32(reinterpret_cast<__m512i>(sum), reinterpret_cast<__m512i>(a),
                                                        reinterpret_cast<__m512i>(b)));
#elif defined(__AVX512BW__) && LIMBECK_LANES == 16
    return sum +
           reinterpret_cast<IntVec>(_mm512_madd_epi16(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#elif defined(__AVX2__) && LIMBECK_LANES == 8
    return sum +
           reinterpret_cast<IntVec>(_mm256_madd_epi16(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#elif defined(__SSE2__) && LIMBECK_LANES == 4
    return sum + reinterpret_cast<IntVec>(_mm_madd_epi16(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
#else
    const IntVec x = reinterpret_cast<IntVec>(a);
    const IntVec y = reinterpret_cast<IntVec>(b);
    return sum + (x >> 16) * (y >> 16) + ((x << 16) >> 16) * ((y << 16) >> 16);
#endif
  }
  static LIMBECK_INLINE Vec toFloat(IntVec sum) {
    return __builtin_convertvector(sum, Vec);
  }
  static LIMBECK_INLINE Vec scalesAt(const std::uint16_t* scales) {
    const Halves halves = *reinterpret_cast<const UnalignedHalves*>(scales);
    return reinterpret_cast<Vec>(__builtin_convertvector(halves, WordVec) << 16);
  }
  static LIMBECK_INLINE Vec score(IntVec sum, const std::uint16_t* scales) {
    return toFloat(sum) * scalesAt(scales);
  }

  /// The nearest whole numbers of x * factor, in the lower halves of the words: 1.5 * 2^23 has none but zeros there.
  static LIMBECK_INLINE WordVec nearest(Vec x, Vec factor) {
    return reinterpret_cast<WordVec>(x * factor + 12582912.0F);
  }
  static LIMBECK_INLINE Vec magnitude(Vec x) {
    return reinterpret_cast<Vec>(reinterpret_cast<WordVec>(x) & 0x7FFFFFFFU);
  }
  /// The smallest bf16 scales with which `most` is at most 127, as the bits of floats.
  static LIMBECK_INLINE WordVec scaleFor(Vec most) {
    return (reinterpret_cast<WordVec>(most * (1.0F / 127.0F)) + 0xFFFFU) & 0xFFFF0000U;
  }
  static LIMBECK_INLINE Vec inverseOf(WordVec scale) {
    return scale == 0U ? Vec{} : 1.0F / reinterpret_cast<Vec>(scale);
  }

  /// The lowest 8 or 16 bits of words. GCC takes a conversion to fewer bits apart, lane by lane.
  static LIMBECK_INLINE void storeBytes(Number* p, WordVec words) {
#if defined(__AVX512F__) && LIMBECK_LANES == 16
    _mm_storeu_si128(reinterpret_cast<__m128i_u*>(p), _mm512_cvtepi32_epi8(reinterpret_cast<__m512i>(words)));
#else
    *reinterpret_cast<UnalignedBytes*>(p) = __builtin_convertvector(reinterpret_cast<IntVec>(words), Bytes);
#endif
  }
  static LIMBECK_INLINE void storeHalves(void* p, WordVec words) {
#if defined(__AVX512F__) && LIMBECK_LANES == 16
    _mm256_storeu_si256(static_cast<__m256i_u*>(p), _mm512_cvtepi32_epi16(reinterpret_cast<__m512i>(words)));
#else
    *static_cast<UnalignedHalves*>(p) = __builtin_convertvector(words, Halves);
#endif
  }

  static LIMBECK_INLINE void roundRow(int n, const float* row, Number* numbers, std::uint16_t* scale) {
    Vec most{};
    for (int i = 0; i < n; i += kLanes) most = maximum(magnitude(loadFirst(row + i, n - i)), most);
    const WordVec bits = scaleFor(broadcast(largest(most)));
    const Vec inverse = inverseOf(bits);
    for (int i = 0; i < n; i += kLanes) storeBytes(numbers + i, nearest(loadFirst(row + i, n - i), inverse));
    *scale = static_cast<std::uint16_t>(bits[0] >> 16);
  }

  /// Scales of kLanes tokens of a block; returns their inverses.
  static LIMBECK_INLINE Vec placeScales(int n, const float* columns, std::uint16_t* scales) {
    Vec most{};
    for (int d = 0; d < n; ++d) most = maximum(magnitude(load(columns + d * kCacheBlock)), most);
    const WordVec bits = scaleFor(most);
    storeHalves(scales, bits >> 16);
    return inverseOf(bits);
  }

  static LIMBECK_INLINE void roundKeys(int n, const float* columns, Number* keys, std::uint16_t* scales) {
    for (int token = 0; token < kCacheBlock; token += kLanes) {
      const Vec inverse = placeScales(n, columns + token, scales + token);
      Number* place = keys + token / 16 * 16 * n + token % 16 * 2;
      for (int d = 0; d < n; d += 2, place += 32) {
        const WordVec low = nearest(load(columns + d * kCacheBlock + token), inverse);
        const WordVec high = nearest(load(columns + (d + 1) * kCacheBlock + token), inverse);
        storeHalves(place, (low & 0xFFU) | (high << 8));
      }
    }
  }

  static LIMBECK_INLINE void roundValues(int n, const float* columns, Number* values, std::uint16_t* scales) {
    for (int token = 0; token < kCacheBlock; token += kLanes) {
      const Vec inverse = placeScales(n, columns + token, scales + token);
      for (int d = 0; d < n; ++d) {
        const int place = d * kCacheBlock + token;
        storeBytes(values + place, nearest(load(columns + place), inverse));
      }
    }
  }

  /// Pairs of neighbours from the lower halves of words.
  static LIMBECK_INLINE PairVec pairsOf(WordVec first, WordVec second) {
#if defined(__AVX512BW__) && LIMBECK_LANES == 16
    typedef std::uint16_t Indices __attribute__((vector_size(64)));
    constexpr Indices kLower = {0,  2,  4,  6,  8,  10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30,
                                32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62};
    return reinterpret_cast<PairVec>(_mm512_permutex2var_epi16(
        reinterpret_cast<__m512i>(first), reinterpret_cast<__m512i>(kLower), reinterpret_cast<__m512i>(second)));
#else
    const IntVec even = 2 * laneNumbers();
    return (__builtin_shuffle(first, second, even) & 0xFFFFU) | (__builtin_shuffle(first, second, even + 1) << 16);
#endif
  }

  static LIMBECK_INLINE float roundQuery(int n, const float* query, Pair* pairs) {
    Vec most{};
    for (int i = 0; i < n; i += kLanes) most = maximum(magnitude(loadFirst(query + i, n - i)), most);
    const float top = notZero(largest(most));
    const Vec factor = broadcast(kMost16 / top);
    for (int i = 0; i < n; i += 2 * kLanes) {
      storePairs(pairs + i / 2, pairsOf(nearest(loadFirst(query + i, n - i), factor),
                                        nearest(loadFirst(query + i + kLanes, n - i - kLanes), factor)));
    }
    return top * (kLog2E / kMost16) / __builtin_sqrtf(static_cast<float>(n));
  }

  static LIMBECK_INLINE float weigh(int count, float unit, float most, const std::uint16_t* scales, float* scores) {
    Pair* const weights = reinterpret_cast<Pair*>(scores);
    const float shift = most * unit;
    Vec total{};
    Vec top{};
    for (int i = 0; i < count; i += kLanes) {
      const Vec p = roughPowerOfTwo(load(scores + i) * unit - shift);
      const Vec weight = p * scalesAt(scales + i);
      total += p;
      top = maximum(weight, top);
      store(scores + i, weight);
    }
    const float largest_weight = notZero(largest(top));
    const Vec factor = broadcast(kMost16 / largest_weight);
    for (int i = 0; i < count; i += 2 * kLanes)
      storePairs(weights + i / 2,
                 pairsOf(nearest(load(scores + i), factor), nearest(load(scores + i + kLanes), factor)));
    return largest_weight / kMost16 / sum(total);
  }

 private:
  static constexpr float kMost16 = 32767.0F;
  /// So that it can divide.
  static LIMBECK_INLINE float notZero(float x) {
    return x > 1e-30F ? x : 1e-30F;
  }
};

}  // namespace limbeck::fused::LIMBECK_ISA
