// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cache_kernels.h"

namespace limbeck::fused {
namespace {

const CacheFormats& formatsOf(InstructionSet set) {
  switch (set) {
#if defined(__x86_64__)
    case InstructionSet::Amx:
    case InstructionSet::Avx512Bf16:
      return kAvx512Bf16Caches;
    case InstructionSet::Avx512:
      return kAvx512Caches;
    case InstructionSet::Avx2:
      return kAvx2Caches;
#else
    case InstructionSet::Amx:
    case InstructionSet::Avx512Bf16:
    case InstructionSet::Avx512:
    case InstructionSet::Avx2:
#endif
    case InstructionSet::Baseline:
      break;
  }
  return kBaselineCaches;
}

}  // namespace

const CacheKernels& cacheKernelsFor(InstructionSet set, CachePrecision precision) {
  const CacheFormats& formats = formatsOf(set);
  switch (precision) {
    case CachePrecision::Float32:
      break;
    case CachePrecision::BFloat16:
      return formats.bfloat16;
    case CachePrecision::Int8:
      return formats.int8;
  }
  return formats.float32;
}

}  // namespace limbeck::fused
