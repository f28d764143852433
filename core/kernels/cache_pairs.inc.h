// SPDX-License-Identifier: GPL-3.0-or-later
// Caches of 16 or 8 bits a number, which dot products of pairs multiply (cache_attention.inc.h). A step reads a cache
// once, front to back, and what it costs is mostly that: hence small numbers and this order. All heads' keys, then all
// heads' values:
//   keys    [heads][capacity / 16][head_width / 2][16 tokens][2]   a vector of tokens grows its scores side by side
//   values  [heads][capacity / 32][head_width][32 tokens]          weights of 32 tokens meet one column: no broadcasts
// each head followed by the format's scales. A format says what a number is:
//   Number, Sum                        in memory; what a dot product adds up in
//   kHasScales                         whether each token has a scale: bf16 numbers [capacity] behind keys and values
//   loadPairs(p), dot(sum, a, b)       kLanes pairs from memory; sum + a.low * b.low + a.high * b.high
//   toFloat(sum)
//   roundRow, roundKeys, roundValues   one token's head; a block of 32 tokens [head_width][32]
//   roundQuery, score                  the query as pairs, returns the unit of scores; a score, in units, from its sum
//   weigh                              scores become weights as pairs, in place: 2^(unit * score); returns what the
//                                      weighted sums are to be multiplied by
#pragma once

#include "core/kernels/cache_kernels.h"
#include "core/kernels/cache_prefetch.inc.h"
#include "core/kernels/simd.h"
#include "core/kernels/transpose.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr int kMaxHeadWidth = 256;

/// Where a head's parts stand.
template <typename Format>
struct HeadCache {
  using Number = typename Format::Number;
  Number* keys;
  std::uint16_t* key_scales;
  Number* values;
  std::uint16_t* value_scales;

  static std::int64_t halfBytes(const CacheShape& shape) {
    const std::int64_t scales = Format::kHasScales ? sizeof(std::uint16_t) : 0;
    return shape.capacity * (shape.head_width * static_cast<std::int64_t>(sizeof(Number)) + scales);
  }
  HeadCache(const CacheShape& shape, std::byte* cache, int head) {
    std::byte* const first = cache + head * halfBytes(shape);
    std::byte* const second = first + shape.heads * halfBytes(shape);
    const std::int64_t numbers = static_cast<std::int64_t>(shape.capacity) * shape.head_width;
    keys = reinterpret_cast<Number*>(first);
    values = reinterpret_cast<Number*>(second);
    key_scales = reinterpret_cast<std::uint16_t*>(keys + numbers);
    value_scales = reinterpret_cast<std::uint16_t*>(values + numbers);
  }
};

template <typename Format>
std::int64_t pairLayerBytes(const CacheShape& shape) {
  return 2 * shape.heads * HeadCache<Format>::halfBytes(shape);
}

template <typename Format>
void pairAppend(const CacheShape& shape, const float* keys, const float* values, int position, std::byte* cache) {
  using Number = typename Format::Number;
  const int block = position / kCacheBlock;
  const int token = position % kCacheBlock;
  alignas(64) Number numbers[kMaxHeadWidth + 2 * kLanes];
  for (int number = 0; number < shape.heads; ++number) {
    const HeadCache<Format> head(shape, cache, number);
    const std::int64_t first = static_cast<std::int64_t>(block) * kCacheBlock * shape.head_width;
    Format::roundRow(shape.head_width, keys + number * shape.head_width, numbers, head.key_scales + position);
    Number* place = head.keys + first + token / 16 * 16 * shape.head_width + token % 16 * 2;
    for (int d = 0; d < shape.head_width; d += 2) {
      place[d * 16] = numbers[d];
      place[d * 16 + 1] = numbers[d + 1];
    }
    Format::roundRow(shape.head_width, values + number * shape.head_width, numbers, head.value_scales + position);
    place = head.values + first + token;
    for (int d = 0; d < shape.head_width; ++d) place[d * kCacheBlock] = numbers[d];
  }
}

/// Whole blocks at once where head and vector fit, the other tokens one by one.
template <typename Format>
void pairFill(const CacheShape& shape, int length, const float* keys, const float* values, int ld, std::byte* cache) {
  const int whole = shape.head_width % kLanes == 0 ? length / kCacheBlock * kCacheBlock : 0;
  alignas(64) float columns[kMaxHeadWidth * kCacheBlock];
  for (int number = 0; number < shape.heads; ++number) {
    const HeadCache<Format> head(shape, cache, number);
    for (int token = 0; token < whole; token += kCacheBlock) {
      const std::int64_t row = static_cast<std::int64_t>(token) * ld + number * shape.head_width;
      const std::int64_t first = static_cast<std::int64_t>(token) * shape.head_width;
      transpose(kCacheBlock, shape.head_width, keys + row, ld, columns, kCacheBlock);
      Format::roundKeys(shape.head_width, columns, head.keys + first, head.key_scales + token);
      transpose(kCacheBlock, shape.head_width, values + row, ld, columns, kCacheBlock);
      Format::roundValues(shape.head_width, columns, head.values + first, head.value_scales + token);
    }
  }
  for (int token = whole; token < length; ++token) {
    const std::int64_t row = static_cast<std::int64_t>(token) * ld;
    pairAppend<Format>(shape, keys + row, values + row, token, cache);
  }
}

/// Asks for the lines that appending at `position` writes to.
template <typename Format>
void pairPrefetch(const CacheShape& shape, int position, std::byte* cache) {
  const std::int64_t first = position / kCacheBlock * static_cast<std::int64_t>(kCacheBlock) * shape.head_width;
  const int half_block = 16 * shape.head_width;
  const int bytes = half_block * static_cast<int>(sizeof(typename Format::Number));
  for (int number = 0; number < shape.heads; ++number) {
    const HeadCache<Format> head(shape, cache, number);
    prefetchLines(head.keys + first + position % kCacheBlock / 16 * half_block, 0, bytes);
    prefetchLines(head.values + first, 0, 2 * bytes);
    if (!Format::kHasScales) continue;
    prefetchLines(head.key_scales + position, 0, 1);
    prefetchLines(head.value_scales + position, 0, 1);
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
