// SPDX-License-Identifier: GPL-3.0-or-later
#define LIMBECK_ISA avx512
#define LIMBECK_LANES 16
#define LIMBECK_ROW_TILE 12
#define LIMBECK_TRANSPOSED_TILE 8
#include "core/kernels/cache_table.inc.h"
#include "core/kernels/kernel_table.inc.h"

namespace limbeck::fused {

extern constinit const Kernels kAvx512Kernels = avx512::kernelTable("AVX-512");
extern constinit const Kernels kAvx512PairKernels = avx512::pairKernelTable("AVX-512");
extern constinit const CacheFormats kAvx512Caches = avx512::cacheTable();

}  // namespace limbeck::fused
