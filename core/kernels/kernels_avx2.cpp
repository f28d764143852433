// SPDX-License-Identifier: GPL-3.0-or-later
#define LIMBECK_ISA avx2
#define LIMBECK_LANES 8
#define LIMBECK_ROW_TILE 6
#define LIMBECK_TRANSPOSED_TILE 4
#include "core/kernels/cache_table.inc.h"
#include "core/kernels/kernel_table.inc.h"

namespace limbeck::fused {

extern constinit const Kernels kAvx2Kernels = avx2::kernelTable("AVX2");
extern constinit const Kernels kAvx2PairKernels = avx2::pairKernelTable("AVX2");
extern constinit const CacheFormats kAvx2Caches = avx2::cacheTable();

}  // namespace limbeck::fused
