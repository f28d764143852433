// SPDX-License-Identifier: GPL-3.0-or-later
#define LIMBECK_ISA avx512
#define LIMBECK_LANES 16
#define LIMBECK_ROW_TILE 12
#define LIMBECK_TRANSPOSED_TILE 8
#include "core/model/fused/kernel_table.inc.h"

namespace limbeck::fused {

extern constinit const Kernels kAvx512Kernels = avx512::kernelTable("AVX-512");

}  // namespace limbeck::fused
