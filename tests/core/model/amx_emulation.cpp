// SPDX-License-Identifier: GPL-3.0-or-later
#include "amx_emulation.h"

#include <algorithm>
#include <bit>

#define LIMBECK_ISA amx_emulation
#define LIMBECK_LANES 16
#define LIMBECK_ROW_TILE 12
#define LIMBECK_TRANSPOSED_TILE 8
#include "core/kernels/amx_attention_backward.inc.h"

namespace limbeck::test {
namespace {

using namespace fused::amx_emulation;

float low(Pair pair) {
  return std::bit_cast<float>(pair << 16);
}
float high(Pair pair) {
  return std::bit_cast<float>(pair & 0xFFFF0000U);
}

/// What HardwareTiles does, by the manual's description of tileloadd, tdpbf16ps and tilestored.
struct EmulatedTiles {
  struct Session {
    Session() {}  // so that the object counts as used
  };

  template <int Rows = 2, int Columns = 2>
  void start(const float* from, std::int64_t ld) {
    for (int row = 0; row < 16 * Rows; ++row) {
      for (int column = 0; column < 16 * Columns; ++column) sums[row][column] = from[row * ld + column];
    }
  }
  void clear() {
    for (auto& row : sums) std::ranges::fill(row, 0.0F);
  }
  template <int Rows = 2, int Columns = 2>
  void add(const Pair* a, std::int64_t lda, const Pair* b, std::int64_t ldb) {
    for (int row = 0; row < 16 * Rows; ++row) {
      for (int step = 0; step < 16; ++step) {
        const Pair factor = a[row * lda + step];
        for (int column = 0; column < 16 * Columns; ++column) {
          const Pair other = b[step * ldb + column];
          sums[row][column] += low(factor) * low(other) + high(factor) * high(other);
        }
      }
    }
  }
  template <int Rows = 2, int Columns = 2>
  void finish(float* to, std::int64_t ld) const {
    for (int row = 0; row < 16 * Rows; ++row) {
      for (int column = 0; column < 16 * Columns; ++column) to[row * ld + column] = sums[row][column];
    }
  }

  float sums[32][32];
};

}  // namespace

fused::Kernels emulatedAmxKernels() {
  fused::Kernels kernels{};
  kernels.name = "AMX emulated";
  kernels.packedSize = packedSizePairs<kTileSteps>;
  kernels.pack = packPairs<kTileSteps>;
  kernels.multiply = multiplyTiles<EmulatedTiles>;
  kernels.multiplyTransposedAdd = multiplyTransposedAddTiles<EmulatedTiles>;
  kernels.attentionScratch = attentionScratchTiles;
  kernels.attentionForward = attentionForwardTiles<EmulatedTiles>;
  kernels.attentionBackward = attentionBackwardTiles<EmulatedTiles>;
  return kernels;
}

}  // namespace limbeck::test
