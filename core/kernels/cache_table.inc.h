// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/cache_attention.inc.h"
#include "core/kernels/cache_bfloat16.inc.h"
#include "core/kernels/cache_float32.inc.h"
#include "core/kernels/cache_int8.inc.h"
#include "core/kernels/cache_pairs.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

template <typename Format>
constexpr CacheKernels pairCacheTable() {
  return {.layerBytes = pairLayerBytes<Format>,
          .append = pairAppend<Format>,
          .prefetch = pairPrefetch<Format>,
          .fill = pairFill<Format>,
          .attend = pairAttend<Format>};
}

constexpr CacheFormats cacheTable() {
  return {.float32 = {.layerBytes = floatLayerBytes,
                      .append = floatAppend,
                      .prefetch = floatPrefetch,
                      .fill = floatFill,
                      .attend = floatAttend},
          .bfloat16 = pairCacheTable<Bfloat16Cache>(),
          .int8 = pairCacheTable<Int8Cache>()};
}

}  // namespace limbeck::fused::LIMBECK_ISA
