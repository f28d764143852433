// SPDX-License-Identifier: GPL-3.0-or-later
#define LIMBECK_ISA baseline
#define LIMBECK_LANES 4
#define LIMBECK_ROW_TILE 6
#define LIMBECK_TRANSPOSED_TILE 4
#include "core/kernels/cache_table.inc.h"
#include "core/kernels/kernel_table.inc.h"

namespace limbeck::fused {

extern constinit const Kernels kBaselineKernels = baseline::kernelTable("portable");
extern constinit const Kernels kBaselinePairKernels = baseline::pairKernelTable("portable");
extern constinit const CacheFormats kBaselineCaches = baseline::cacheTable();

}  // namespace limbeck::fused
