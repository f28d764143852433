// SPDX-License-Identifier: GPL-3.0-or-later
// The linear products on matrix units (Intel AMX): blocks of 32 x 32 sums that grow by a depth of 32 at a time. `Tiles`
// does the arithmetic of a block: the hardware (amx_tiles.inc.h), or in tests plain loops. Packed weights lie as for
// vectors, but with zeros up to a whole number of tiles.
#pragma once

#include "core/kernels/gemm_bf16.inc.h"
#include "core/kernels/transpose.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr int kBlock = 32;      // rows and columns of a block
inline constexpr int kTileSteps = 16;  // pairs that a tile holds along the depth
inline constexpr float kZeroBias[kBlock] = {};

struct AmxBlock {
  const Pair* a;  ///< [kBlock, steps], rows kRowWords apart
  const Pair* b;  ///< [steps, kBlock]
  int steps;      ///< a multiple of kTileSteps
  const float* start;
  std::int64_t start_ld;  ///< 0: the same row for all, a bias
  float* c;
  std::int64_t ldc;
};

LIMBECK_INLINE void copyBlock(int rows, int columns, const float* from, std::int64_t from_ld, float* to,
                              std::int64_t to_ld) {
  for (int row = 0; row < rows; ++row, from += from_ld, to += to_ld) {
    for (int i = 0; i < columns; i += kLanes) store(to + i, load(from + i));
  }
}

template <typename Tiles>
LIMBECK_INLINE void wholeBlock(const AmxBlock& block) {
  Tiles tiles;
  tiles.start(block.start, block.start_ld);
  for (int step = 0; step < block.steps; step += kTileSteps)
    tiles.add(block.a + step, kRowWords, block.b + step * kBlock, kBlock);
  tiles.finish(block.c, block.ldc);
}

/// Of a block at an edge only `rows` x `columns` exist: the rest goes to a place of its own.
template <typename Tiles>
LIMBECK_INLINE void anyBlock(int rows, int columns, AmxBlock block) {
  if (rows >= kBlock && columns >= kBlock) return wholeBlock<Tiles>(block);
  alignas(64) float sums[kBlock * kBlock] = {};
  float* const c = block.c;
  rows = smaller(rows, kBlock);
  columns = smaller(columns, kBlock);
  copyBlock(rows, columns, block.start, block.start_ld, sums, kBlock);
  block.start = block.c = sums;
  block.start_ld = kBlock;
  const std::int64_t ldc = block.ldc;
  block.ldc = kBlock;
  wholeBlock<Tiles>(block);
  copyBlock(rows, columns, sums, kBlock, c, ldc);
}

template <typename Tiles>
void multiplyTiles(int m, int n, int depth, const float* a, int lda, const float* packed, const float* bias, float* c,
                   int ldc) {
  alignas(64) Pair rows[kBlock * kRowWords];
  const typename Tiles::Session session;
  const std::int64_t panel_step = static_cast<std::int64_t>(kBlock) * stepsOf<kTileSteps>(depth);
  for (int start = 0; start < depth; start += kDepthChunk) {
    const int chunk = smaller(kDepthChunk, depth - start);
    for (int row = 0; row < m; row += kBlock) {
      pairNeighbours(smaller(kBlock, m - row), chunk, a + row * static_cast<std::int64_t>(lda) + start, lda, rows,
                     kRowWords);
      for (int column = 0; column < n; column += kBlock) {
        float* const place = c + row * static_cast<std::int64_t>(ldc) + column;
        AmxBlock block{.a = rows,
                       .b = reinterpret_cast<const Pair*>(packed) + column / kBlock * panel_step + start / 2 * kBlock,
                       .steps = stepsOf<kTileSteps>(chunk),
                       .start = place,
                       .start_ld = ldc,
                       .c = place,
                       .ldc = ldc};
        if (start == 0) block.start = bias != nullptr ? bias + column : kZeroBias, block.start_ld = 0;
        anyBlock<Tiles>(m - row, n - column, block);
      }
    }
  }
}

template <typename Tiles>
void multiplyTransposedAddTiles(int m, int n, int depth, const float* a, int lda, const float* b, int ldb, float* c,
                                int ldc) {
  constexpr int kSteps = kRowChunk / 2;
  alignas(64) Pair b_pairs[kSteps * kColumnChunk];
  alignas(64) Pair a_pairs[kSteps * kBlock];
  alignas(64) Pair rows[kBlock * kRowWords];
  const typename Tiles::Session session;
  for (int row = 0; row < depth; row += kRowChunk) {
    const int count = smaller(kRowChunk, depth - row);
    const int steps = stepsOf<kTileSteps>(count);
    for (int first = 0; first < n; first += kColumnChunk) {
      const int columns = smaller(kColumnChunk, n - first);
      pairRows(count, columns, steps, b + row * static_cast<std::int64_t>(ldb) + first, ldb, b_pairs);
      for (int output = 0; output < m; output += kBlock) {
        pairRows(count, smaller(kBlock, m - output), steps, a + row * static_cast<std::int64_t>(lda) + output, lda,
                 a_pairs);
        transpose(steps, kBlock, reinterpret_cast<const float*>(a_pairs), kBlock, reinterpret_cast<float*>(rows),
                  kRowWords);
        for (int column = 0; column < columns; column += kBlock) {
          float* const place = c + output * static_cast<std::int64_t>(ldc) + first + column;
          anyBlock<Tiles>(m - output, columns - column,
                          AmxBlock{rows, b_pairs + column * steps, steps, place, ldc, place, ldc});
        }
      }
    }
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
