// SPDX-License-Identifier: GPL-3.0-or-later
// Attention of one new token over a cache of pairs: scores of all heads, then their weights, then the weighted sums, so
// that no head waits for the end of another's softmax.
#pragma once

#include "core/kernels/bf16.inc.h"
#include "core/kernels/cache_pairs.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr int kHeadGroup = 8;  // heads that go through these stages together

/// Scores of `Blocks` blocks of 16 tokens, very small ones from the `length`th token on if `IsCut`; returns the largest
/// by lane.
template <typename Format, int Blocks, bool IsCut>
LIMBECK_INLINE Vec scoreBlocks(int head_width, int length, const Pair* query, const typename Format::Number* keys,
                               std::int64_t ahead, const std::uint16_t* scales, float* scores) {
  constexpr int kParts = 16 / kLanes;
  const int block_numbers = 16 * head_width;
  typename Format::Sum sums[Blocks][kParts] = {};
  prefetchLines(keys, ahead, Blocks * block_numbers * static_cast<int>(sizeof(*keys)));
#pragma GCC unroll 8
  for (int d = 0; d < head_width / 2; ++d) {
    const PairVec q = broadcastPair(query[d]);
#pragma GCC unroll 4
    for (int block = 0; block < Blocks; ++block) {
#pragma GCC unroll 4
      for (int part = 0; part < kParts; ++part) {
        const auto* place = keys + block * block_numbers + d * 32 + part * 2 * kLanes;
        sums[block][part] = Format::dot(sums[block][part], q, Format::loadPairs(place));
      }
    }
  }
  Vec top = broadcast(-1e30F);
#pragma GCC unroll 4
  for (int block = 0; block < Blocks; ++block) {
#pragma GCC unroll 4
    for (int part = 0; part < kParts; ++part) {
      const int token = block * 16 + part * kLanes;
      Vec score = Format::score(sums[block][part], scales + token);
      if (IsCut) score = laneNumbers() < length - token ? score : broadcast(-1e30F);
      store(scores + token, score);
      top = maximum(score, top);
    }
  }
  return top;
}

/// Scores of whole blocks of kCacheBlock tokens; returns the largest.
template <typename Format>
LIMBECK_INLINE float scoreHead(int head_width, const HeadCache<Format>& head, int length, const Pair* query,
                               std::int64_t ahead, float* scores) {
  constexpr int kTogether = 2 * kCacheBlock;
  Vec top = broadcast(-1e30F);
  int token = 0;
  const auto keysAt = [&] { return head.keys + static_cast<std::int64_t>(token) * head_width; };
  for (; token + kTogether <= length; token += kTogether) {
    top = maximum(
        scoreBlocks<Format, 4, false>(head_width, 0, query, keysAt(), ahead, head.key_scales + token, scores + token),
        top);
  }
  if (token + kCacheBlock < length) {
    top = maximum(scoreBlocks<Format, 4, true>(head_width, length - token, query, keysAt(), ahead,
                                               head.key_scales + token, scores + token),
                  top);
  } else if (token < length) {
    top = maximum(scoreBlocks<Format, 2, true>(head_width, length - token, query, keysAt(), ahead,
                                               head.key_scales + token, scores + token),
                  top);
  }
  return largest(top);
}

/// 2^x of x <= 0 to 7.5e-5, since weights are rounded more coarsely than that.
LIMBECK_INLINE Vec roughPowerOfTwo(Vec x) {
#if defined(__AVX512F__) && defined(__AVX512DQ__) && LIMBECK_LANES == 16
  const Vec f = _mm512_reduce_ps(x, 9);  // x - floor(x), and 0 for what is too small to have a fraction
  return _mm512_scalef_ps(((f * 0.078024523F + 0.22606716F) * f + 0.69583354F) * f + 0.9999252F, x);
#else
  return powerOfTwo(x);
#endif
}

/// A vector of the sums of each of kLanes vectors.
LIMBECK_INLINE Vec sumOfEach(Vec* vectors) {
#pragma GCC unroll 4
  for (int step = kLanes / 2; step > 0; step /= 2) {
    IntVec kept{}, moved{};
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      const bool is_second = (i & step) != 0;
      kept[i] = is_second ? kLanes + i : i;
      moved[i] = is_second ? kLanes + i - step : i + step;
    }
#pragma GCC unroll 16
    for (int i = 0; i < step; ++i) {
      const Vec a = vectors[i];
      const Vec b = vectors[i + step];
      vectors[i] = __builtin_shuffle(a, b, kept) + __builtin_shuffle(a, b, moved);
    }
  }
  return vectors[0];
}

/// Sum over `blocks` blocks of weights[token] * values[token] in each of `Columns` columns, at most kLanes.
template <typename Format, int Columns>
LIMBECK_INLINE Vec weightedColumns(int blocks, int head_width, const Pair* weights,
                                   const typename Format::Number* values, std::int64_t ahead) {
  constexpr int kParts = 16 / kLanes;
  typename Format::Sum sums[Columns] = {};
  for (int block = 0; block < blocks; ++block) {
    prefetchLines(values, ahead, Columns * kCacheBlock * static_cast<int>(sizeof(*values)));
    for (int part = 0; part < kParts; ++part) {
      const PairVec w = loadPairs(weights + block * 16 + part * kLanes);
#pragma GCC unroll 16
      for (int c = 0; c < Columns; ++c) {
        const auto* place = values + c * kCacheBlock + part * 2 * kLanes;
        sums[c] = Format::dot(sums[c], w, Format::loadPairs(place));
      }
    }
    values += kCacheBlock * head_width;
  }
  Vec totals[kLanes] = {};
#pragma GCC unroll 16
  for (int c = 0; c < Columns; ++c) totals[c] = Format::toFloat(sums[c]);
  return sumOfEach(totals);
}

/// out[0 .. Columns) = factor * sum over all tokens.
template <typename Format, int Columns>
LIMBECK_INLINE void columnsOut(int blocks, int head_width, const Pair* weights, const typename Format::Number* values,
                               std::int64_t ahead, float factor, float* out) {
  constexpr int kTogether = 32;  // 1024 tokens, so that whole numbers do not grow over 2^31
  Vec total{};
  for (int first = 0; first < blocks; first += kTogether) {
    total +=
        weightedColumns<Format, Columns>(smaller(kTogether, blocks - first), head_width, weights + first * 16,
                                         values + static_cast<std::int64_t>(first) * kCacheBlock * head_width, ahead);
  }
  total *= factor;
  if (Columns == kLanes) {
    store(out, total);
  } else {
    for (int c = 0; c < Columns; ++c) out[c] = total[c];
  }
}

/// Width: of a head, 0 if not known when compiling.
template <typename Format, int Width>
LIMBECK_INLINE void attendHeads(const CacheShape& shape, const float* query, std::byte* cache, int length, float* out,
                                float* scratch) {
  const int width = Width != 0 ? Width : shape.head_width;
  // Keys lead to the same place among the values, values to the keys of the next stream.
  const std::int64_t ahead = prefetchDistance(shape.heads * HeadCache<Format>::halfBytes(shape));
  const int blocks = (length + kCacheBlock - 1) / kCacheBlock;
  alignas(64) Pair query_pairs[kHeadGroup][kMaxHeadWidth / 2];
  float units[kHeadGroup];
  float largest_scores[kHeadGroup];
  float factors[kHeadGroup];
  for (int first = 0; first < shape.heads; first += kHeadGroup) {
    const int count = smaller(kHeadGroup, shape.heads - first);
    for (int i = 0; i < count; ++i) units[i] = Format::roundQuery(width, query + (first + i) * width, query_pairs[i]);
    for (int i = 0; i < count; ++i) {
      const HeadCache<Format> head(shape, cache, first + i);
      largest_scores[i] = scoreHead<Format>(width, head, length, query_pairs[i], ahead, scratch + i * shape.capacity);
    }
    for (int i = 0; i < count; ++i) {
      const HeadCache<Format> head(shape, cache, first + i);
      factors[i] = Format::weigh(blocks * kCacheBlock, units[i], largest_scores[i], head.value_scales,
                                 scratch + i * shape.capacity);
    }
    for (int i = 0; i < count; ++i) {
      const HeadCache<Format> head(shape, cache, first + i);
      const Pair* weights = reinterpret_cast<const Pair*>(scratch + i * shape.capacity);
      float* place = out + (first + i) * width;
      int column = 0;
      for (; column + kLanes <= width; column += kLanes) {
        columnsOut<Format, kLanes>(blocks, width, weights, head.values + column * kCacheBlock, ahead, factors[i],
                                   place + column);
      }
      if (kLanes > 8 && column < width) {
        columnsOut<Format, 8>(blocks, width, weights, head.values + column * kCacheBlock, ahead, factors[i],
                              place + column);
      }
    }
  }
}

template <typename Format>
void pairAttend(const CacheShape& shape, const float* query, std::byte* cache, int length, float* out, float* scratch) {
  if (shape.head_width == 16) return attendHeads<Format, 16>(shape, query, cache, length, out, scratch);
  if (shape.head_width == 32) return attendHeads<Format, 32>(shape, query, cache, length, out, scratch);
  attendHeads<Format, 0>(shape, query, cache, length, out, scratch);
}

}  // namespace limbeck::fused::LIMBECK_ISA
