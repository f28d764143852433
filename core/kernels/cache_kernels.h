// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and values of decoding, and attention of one new token over them, as tables of functions: one for each
// instruction set and format of the cache. They stand apart from the other kernels because the decoder chooses the
// format, not the model.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernels/cpu_dispatch.h"
#include "core/kernels/precision.h"

namespace limbeck::fused {

/// Tokens in a block of a cache.
inline constexpr int kCacheBlock = 32;

/// One stream's keys and values of one layer.
struct CacheShape {
  int capacity = 0;  ///< tokens, a multiple of kCacheBlock
  int heads = 0;
  int head_width = 0;  ///< a multiple of 8, at most 256
};

/// A `cache` is what one stream takes in one layer: layerBytes long, zeroed at first, aligned to 64 bytes.
struct CacheKernels {
  std::int64_t (*layerBytes)(const CacheShape& shape);
  /// Writes one token at `position`; keys and values: [heads * head_width].
  void (*append)(const CacheShape& shape, const float* keys, const float* values, int position, std::byte* cache);
  /// Begins to fetch what append will write to.
  void (*prefetch)(const CacheShape& shape, int position, std::byte* cache);
  /// The same as append for tokens 0 .. length-1, whose keys and values stand in rows `ld` floats apart.
  void (*fill)(const CacheShape& shape, int length, const float* keys, const float* values, int ld, std::byte* cache);
  /// out = attention of one query over the first `length` tokens; both are [heads * head_width]. scratch: cacheScratch
  /// floats, aligned to 64 bytes.
  void (*attend)(const CacheShape& shape, const float* query, std::byte* cache, int length, float* out, float* scratch);
};

inline std::int64_t cacheScratch(const CacheShape& shape) {
  return static_cast<std::int64_t>(shape.heads) * shape.capacity;
}

/// One instruction set's tables.
struct CacheFormats {
  CacheKernels float32, bfloat16, int8;
};

extern const CacheFormats kBaselineCaches;
#if defined(__x86_64__)
extern const CacheFormats kAvx2Caches, kAvx512Caches, kAvx512Bf16Caches;
#endif

/// `set` must be available.
const CacheKernels& cacheKernelsFor(InstructionSet set, CachePrecision precision);

}  // namespace limbeck::fused
