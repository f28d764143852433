// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks of sums in the tile registers of Intel AMX: sums in tiles 0 to 3, two tiles of `a` in 4 and 5, two of `b` in 6
// and 7. The same products with plain loops in the hardware's place are tested on every processor
// (tests/core/model/amx_emulation.cpp). Used only where the processor has AMX-BF16 and the system lets the process use
// it (cpu_dispatch.cpp).
#pragma once

#include "core/kernels/amx_multiply.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

struct HardwareTiles {
  /// While it lives, this thread's tiles are set up: eight of 16 rows of 64 bytes. The instructions take the registers'
  /// numbers as literals.
  struct Session {
    struct Configuration {
      std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
      std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
    };
    static_assert(sizeof(Configuration) == 64);
    Session() {
      alignas(64) static constexpr Configuration kConfiguration;
      _tile_loadconfig(&kConfiguration);
    }
    ~Session() { _tile_release(); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
  };

  /// GCC 12's intrinsics do not say that they read memory: without this the stores to what they read could move behind
  /// them or fall away.
  LIMBECK_INLINE static void settleMemory() { __asm__ volatile("" ::: "memory"); }

  /// All of what follows: a block of Rows x Columns tiles of 16 x 16 sums.
  template <int Rows = 2, int Columns = 2>
  LIMBECK_INLINE void start(const float* from, std::int64_t ld) {
    settleMemory();
    _tile_loadd(0, from, 4 * ld);
    if constexpr (Columns == 2) _tile_loadd(1, from + 16, 4 * ld);
    if constexpr (Rows == 2) _tile_loadd(2, from + 16 * ld, 4 * ld);
    if constexpr (Rows == 2 && Columns == 2) _tile_loadd(3, from + 16 * ld + 16, 4 * ld);
  }
  LIMBECK_INLINE void clear() {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  template <int Rows = 2, int Columns = 2>
  LIMBECK_INLINE void add(const Pair* a, std::int64_t lda, const Pair* b, std::int64_t ldb) {
    settleMemory();
    _tile_loadd(4, a, 4 * lda);
    _tile_loadd(6, b, 4 * ldb);
    if constexpr (Rows == 2) _tile_loadd(5, a + 16 * lda, 4 * lda);
    if constexpr (Columns == 2) _tile_loadd(7, b + 16, 4 * ldb);
    _tile_dpbf16ps(0, 4, 6);
    if constexpr (Rows == 2) _tile_dpbf16ps(2, 5, 6);
    if constexpr (Columns == 2) _tile_dpbf16ps(1, 4, 7);
    if constexpr (Rows == 2 && Columns == 2) _tile_dpbf16ps(3, 5, 7);
  }
  template <int Rows = 2, int Columns = 2>
  LIMBECK_INLINE void finish(float* to, std::int64_t ld) {
    _tile_stored(0, to, 4 * ld);
    if constexpr (Columns == 2) _tile_stored(1, to + 16, 4 * ld);
    if constexpr (Rows == 2) _tile_stored(2, to + 16 * ld, 4 * ld);
    if constexpr (Rows == 2 && Columns == 2) _tile_stored(3, to + 16 * ld + 16, 4 * ld);
  }
};

}  // namespace limbeck::fused::LIMBECK_ISA
