// SPDX-License-Identifier: GPL-3.0-or-later
// Attention of one new token over keys and values as floats. Both are laid out so that a step reads them front to back,
// once: for each head, keys as [capacity / 16][head_width][16 tokens], so that 16 scores grow side by side, and then
// values as rows.
#pragma once

#include "core/kernels/cache_kernels.h"
#include "core/kernels/cache_prefetch.inc.h"
#include "core/kernels/simd.h"
#include "core/kernels/transpose.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr int kKeyBlock = 16;
typedef float EightFloats __attribute__((vector_size(32), aligned(4), may_alias));

inline std::int64_t floatLayerBytes(const CacheShape& shape) {
  return 2 * static_cast<std::int64_t>(sizeof(float)) * shape.capacity * shape.heads * shape.head_width;
}

inline void floatAppend(const CacheShape& shape, const float* keys, const float* values, int position,
                        std::byte* cache) {
  const std::int64_t head_size = static_cast<std::int64_t>(shape.capacity) * shape.head_width;
  float* const first = reinterpret_cast<float*>(cache);
  float* key_cache =
      first + (position / kKeyBlock) * (static_cast<std::int64_t>(shape.head_width) * kKeyBlock) + position % kKeyBlock;
  float* value_cache = first + head_size + static_cast<std::int64_t>(position) * shape.head_width;
  for (int head = 0; head < shape.heads; ++head) {
    for (int d = 0; d < shape.head_width; ++d) key_cache[d * kKeyBlock] = keys[d];
    for (int d = 0; d < shape.head_width; ++d) value_cache[d] = values[d];
    keys += shape.head_width;
    values += shape.head_width;
    key_cache += 2 * head_size;
    value_cache += 2 * head_size;
  }
}

inline void floatPrefetch(const CacheShape& shape, int position, std::byte* cache) {
  const std::int64_t head_size = static_cast<std::int64_t>(shape.capacity) * shape.head_width;
  const float* key_cache = reinterpret_cast<const float*>(cache) + position / kKeyBlock * kKeyBlock * shape.head_width;
  const float* value_cache = reinterpret_cast<const float*>(cache) + head_size + position * shape.head_width;
  for (int head = 0; head < shape.heads; ++head, key_cache += 2 * head_size, value_cache += 2 * head_size) {
    for (int d = 0; d < shape.head_width; ++d) __builtin_prefetch(key_cache + d * kKeyBlock, 0, 2);
    for (int d = 0; d < shape.head_width; d += kKeyBlock) __builtin_prefetch(value_cache + d, 0, 2);
  }
}

/// Sixteen tokens at once where they fill a block; rows of keys and values are `ld` apart.
inline void floatFill(const CacheShape& shape, int length, const float* keys, const float* values, int ld,
                      std::byte* cache) {
  const std::int64_t head_size = static_cast<std::int64_t>(shape.capacity) * shape.head_width;
  const int whole = shape.head_width % kLanes == 0 ? length / kKeyBlock * kKeyBlock : 0;
  for (int head = 0; head < shape.heads; ++head) {
    float* key_cache = reinterpret_cast<float*>(cache) + 2 * head * head_size;
    float* value_cache = key_cache + head_size;
    const float* key = keys + head * shape.head_width;
    const float* value = values + head * shape.head_width;
    for (int token = 0; token < whole; token += kKeyBlock) {
      transpose(kKeyBlock, shape.head_width, key + token * static_cast<std::int64_t>(ld), ld,
                key_cache + static_cast<std::int64_t>(token) * shape.head_width, kKeyBlock);
      for (int i = token; i < token + kKeyBlock; ++i) {
        for (int d = 0; d < shape.head_width; d += kLanes) {
          store(value_cache + static_cast<std::int64_t>(i) * shape.head_width + d,
                load(value + static_cast<std::int64_t>(i) * ld + d));
        }
      }
    }
  }
  for (int token = whole; token < length; ++token) {
    const std::int64_t row = static_cast<std::int64_t>(token) * ld;
    floatAppend(shape, keys + row, values + row, token, cache);
  }
}

/// `Blocks` blocks of keys at once, so that enough sums are under way.
template <int Blocks>
LIMBECK_INLINE void scoreFloatBlocks(int head_width, const float* query, const float* keys, std::int64_t ahead,
                                     float* scores) {
  constexpr int kParts = kKeyBlock / kLanes;
  Vec sums[Blocks][kParts] = {};
  const std::int64_t block_size = static_cast<std::int64_t>(head_width) * kKeyBlock;
  for (int d = 0; d < head_width; ++d) {
    prefetchLines(keys + d * Blocks * kKeyBlock, ahead, Blocks * kKeyBlock * static_cast<int>(sizeof(float)));
    const Vec q = broadcast(query[d]);
#pragma GCC unroll 4
    for (int block = 0; block < Blocks; ++block) {
#pragma GCC unroll 4
      for (int part = 0; part < kParts; ++part) {
        sums[block][part] += q * load(keys + block * block_size + d * kKeyBlock + part * kLanes);
      }
    }
  }
  for (int block = 0; block < Blocks; ++block) {
    for (int part = 0; part < kParts; ++part) store(scores + block * kKeyBlock + part * kLanes, sums[block][part]);
  }
}

LIMBECK_INLINE void scoreAll(int head_width, int length, const float* query, const float* keys, std::int64_t ahead,
                             float* scores) {
  const int blocks = (length + kKeyBlock - 1) / kKeyBlock;
  const std::int64_t block_size = static_cast<std::int64_t>(head_width) * kKeyBlock;
  constexpr int kTogether = kLanes >= 16 ? 4 : 2;
  int block = 0;
  for (; block + kTogether <= blocks; block += kTogether)
    scoreFloatBlocks<kTogether>(head_width, query, keys + block * block_size, ahead, scores + block * kKeyBlock);
  for (; block < blocks; ++block)
    scoreFloatBlocks<1>(head_width, query, keys + block * block_size, ahead, scores + block * kKeyBlock);
  for (int i = length; i < blocks * kKeyBlock; ++i) scores[i] = -1e30F;
}

/// Scores become unnormalised probabilities; returns their sum.
LIMBECK_INLINE float exponentiateScores(int count, float* scores) {
  Vec top = broadcast(-1e30F);
  for (int i = 0; i < count; i += kLanes) top = maximum(load(scores + i), top);
  const float most = largest(top);
  Vec total{};
  for (int i = 0; i < count; i += kLanes) {
    const Vec p = exponential(load(scores + i) - most);
    store(scores + i, p);
    total += p;
  }
  return sum(total);
}

/// out[column] = factor * sum over tokens of weights[token] * values[token][column], for one vector of columns.
template <typename Columns>
LIMBECK_INLINE void weightedSum(int length, int head_width, const float* weights, const float* values,
                                std::int64_t ahead, float factor, float* out) {
  Columns sums[4] = {};
  int token = 0;
  for (; token + 4 <= length; token += 4) {
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
      prefetchLines(values + static_cast<std::int64_t>(token + k) * head_width, ahead, sizeof(Columns));
      sums[k] += weights[token + k] *
                 *reinterpret_cast<const Columns*>(values + static_cast<std::int64_t>(token + k) * head_width);
    }
  }
  for (; token < length; ++token)
    sums[0] +=
        weights[token] * *reinterpret_cast<const Columns*>(values + static_cast<std::int64_t>(token) * head_width);
  *reinterpret_cast<Columns*>(out) = ((sums[0] + sums[1]) + (sums[2] + sums[3])) * factor;
}

inline void floatAttend(const CacheShape& shape, const float* query, std::byte* cache, int length, float* out,
                        float* scratch) {
  const std::int64_t head_size = static_cast<std::int64_t>(shape.capacity) * shape.head_width;
  const std::int64_t ahead = prefetchDistance(head_size * static_cast<std::int64_t>(sizeof(float)));
  const float scale = 1.0F / __builtin_sqrtf(static_cast<float>(shape.head_width));
  float scaled[256];
  for (int head = 0; head < shape.heads; ++head) {
    const float* keys = reinterpret_cast<const float*>(cache) + 2 * head * head_size;
    const float* values = keys + head_size;
    for (int d = 0; d < shape.head_width; ++d) scaled[d] = query[head * shape.head_width + d] * scale;
    scoreAll(shape.head_width, length, scaled, keys, ahead, scratch);
    const int count = (length + kKeyBlock - 1) / kKeyBlock * kKeyBlock;
    const float factor = 1.0F / exponentiateScores(count, scratch);
    float* place = out + head * shape.head_width;
    if (shape.head_width % kLanes == 0) {
      for (int d = 0; d < shape.head_width; d += kLanes)
        weightedSum<UnalignedVec>(length, shape.head_width, scratch, values + d, ahead, factor, place + d);
    } else {
      for (int d = 0; d < shape.head_width; d += 8)
        weightedSum<EightFloats>(length, shape.head_width, scratch, values + d, ahead, factor, place + d);
    }
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
