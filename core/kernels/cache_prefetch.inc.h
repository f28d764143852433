// SPDX-License-Identifier: GPL-3.0-or-later
// A step reads every stream's cache once, in stretches of some kilobytes that begin at new places: more than the
// processor foresees by itself.
#pragma once

#include "core/kernels/simd.h"

namespace limbeck::fused::LIMBECK_ISA {

/// How far ahead of a read to ask for lines, where the next stretch begins `next` bytes after this one. In long
/// contexts that would be out of the second-level cache again before its turn; there a stretch is long enough to be
/// foreseen.
LIMBECK_INLINE std::int64_t prefetchDistance(std::int64_t next) {
  return next <= 131072 ? next : 2048;
}

LIMBECK_INLINE void prefetchLines(const void* first, std::int64_t ahead, int bytes) {
  const char* p = static_cast<const char*>(first) + ahead;
#pragma GCC unroll 32
  for (int i = 0; i < bytes; i += 64) __builtin_prefetch(p + i, 0, 2);
}

}  // namespace limbeck::fused::LIMBECK_ISA
