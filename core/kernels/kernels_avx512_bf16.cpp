// SPDX-License-Identifier: GPL-3.0-or-later
#define LIMBECK_ISA avx512_bf16
#define LIMBECK_LANES 16
#define LIMBECK_ROW_TILE 12
#define LIMBECK_TRANSPOSED_TILE 8
#include "core/kernels/amx_attention_backward.inc.h"
#include "core/kernels/amx_tiles.inc.h"
#include "core/kernels/cache_table.inc.h"
#include "core/kernels/kernel_table.inc.h"

namespace limbeck::fused {
namespace avx512_bf16 {

/// The same on matrix units.
constexpr Kernels amxKernelTable() {
  Kernels kernels = pairKernelTable("AMX");
  kernels.row_tile = kBlock;
  kernels.packedSize = packedSizePairs<kTileSteps>;
  kernels.pack = packPairs<kTileSteps>;
  kernels.multiply = multiplyTiles<HardwareTiles>;
  kernels.multiplyTransposedAdd = multiplyTransposedAddTiles<HardwareTiles>;
  kernels.attentionScratch = attentionScratchTiles;
  kernels.attentionForward = attentionForwardTiles<HardwareTiles>;
  kernels.attentionBackward = attentionBackwardTiles<HardwareTiles>;
  kernels.peak = peakTiles<HardwareTiles>;
  return kernels;
}

}  // namespace avx512_bf16

extern constinit const Kernels kAvx512Bf16PairKernels = avx512_bf16::pairKernelTable("AVX-512 BF16");
extern constinit const Kernels kAmxPairKernels = avx512_bf16::amxKernelTable();
extern constinit const CacheFormats kAvx512Bf16Caches = avx512_bf16::cacheTable();

}  // namespace limbeck::fused
