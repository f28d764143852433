// SPDX-License-Identifier: GPL-3.0-or-later
// Causal attention on matrix units, head by head, in blocks of 32 keys x 32 queries. As in attention_blocks.inc.h a
// block of scores is [keys, queries], so that softmax works down columns. Tiles compute a block's scores into a buffer
// in the first-level cache, vectors make probabilities of them, rounded to bf16 as the products after them read them.
// Those products take many blocks in a row, so that their sums stay in the tile registers.
//
// The left operand of a tile product has its pairs along rows, the right one down columns. So a matrix of a head is
// kept in some of four forms, all in blocks of 32 rows (tokens):
//   rows     [32, words of a row]  left, for sums over the head's width
//   columns  [words of a row, 32]  right, for the same: the rows transposed
//   pairs    [16, width]           right, for sums over tokens
//   turned   [width, 16]           left, for the same: the pairs transposed
#pragma once

#include "core/kernels/amx_multiply.inc.h"
#include "core/kernels/attention_softmax.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr int kBlockWords = kBlock * kTileSteps;  // of a block of 32 x 32 bf16 numbers
inline constexpr int kLargestTileHead = 64;

/// Words of a row of numbers: whole tiles, so narrow heads are followed by zeros.
template <int Width>
inline constexpr int kHeadWords = Width < kBlock ? kTileSteps : Width / 2;

/// Words of 32 rows.
template <int Width>
inline constexpr std::int64_t kHeadBlock = static_cast<std::int64_t>(kBlock) * kHeadWords<Width>;

LIMBECK_INLINE int blockCount(int length) {
  return (length + kBlock - 1) / kBlock;
}

/// Transposes 32-bit words; both counts are multiples of kLanes.
LIMBECK_INLINE void transposeWords(int rows, int columns, const Pair* from, Pair* to) {
  transpose(rows, columns, reinterpret_cast<const float*>(from), columns, reinterpret_cast<float*>(to), rows);
}

/// One block of 32 tokens of a head's matrix, `Width` columns of floats with zeros where there is nothing.
template <int Width>
struct TokenBlock {
  alignas(64) float values[kBlock * Width];

  LIMBECK_INLINE void read(const AttentionShape& shape, int block, const float* matrix, int ld, float scale) {
    copyRows(smaller(kBlock, shape.length - block * kBlock), shape.head_width, Width,
             matrix + block * static_cast<std::int64_t>(kBlock) * ld, ld, scale, values);
  }
  LIMBECK_INLINE void writeRows(Pair* to) const { pairNeighbours(kBlock, Width, values, Width, to, kHeadWords<Width>); }
  LIMBECK_INLINE void writeColumns(Pair* to) const {
    alignas(64) Pair rows[kHeadBlock<Width>];
    writeRows(rows);
    transposeWords(kBlock, kHeadWords<Width>, rows, to);
  }
  LIMBECK_INLINE void writePairs(Pair* to) const { joinRows(Width, values, to); }
  LIMBECK_INLINE void writeTurned(Pair* to) const {
    alignas(64) Pair pairs[kTileSteps * Width];
    writePairs(pairs);
    transposeWords(kTileSteps, Width, pairs, to);
  }
};

/// By row of a block: sums over lanes of `term(row)`.
template <typename Term>
LIMBECK_INLINE void sumOfRows(Vec (&sums)[2], Term term) {
  alignas(64) float terms[kBlock * kLanes];
  alignas(64) float turned[kBlock * kLanes];
  for (int row = 0; row < kBlock; ++row) store(terms + row * kLanes, term(row));
  transpose(kBlock, kLanes, terms, kLanes, turned, kBlock);
  for (int v = 0; v < 2; ++v) {
    sums[v] = Vec{};
    for (int lane = 0; lane < kLanes; ++lane) sums[v] += load(turned + lane * kBlock + v * kLanes);
  }
}

/// scores[key][query] = start[query] + sums over the head's width.
template <typename Tiles, int Width>
LIMBECK_INLINE void multiplyScores(const Pair* key_rows, const Pair* query_columns, const float* start, float* scores) {
  Tiles tiles;
  tiles.start(start, 0);
  for (int step = 0; step < kHeadWords<Width>; step += kTileSteps)
    tiles.add(key_rows + step, kHeadWords<Width>, query_columns + step * kBlock, kBlock);
  tiles.finish(scores, kBlock);
}

/// c[key][d] += sums over `count` blocks of queries; weights: [block, 32 keys, 16], pairs: [block, 16, Width].
template <typename Tiles, int Width>
LIMBECK_INLINE void addOverQueries(int count, const Pair* weights, const Pair* pairs, float* c) {
  constexpr int kColumns = Width >= kBlock ? 2 : 1;
  for (int column = 0; column < Width; column += kBlock) {
    Tiles tiles;
    tiles.template start<2, kColumns>(c + column, Width);
    for (int block = 0; block < count; ++block)
      tiles.template add<2, kColumns>(weights + block * kBlockWords, kTileSteps,
                                      pairs + block * kTileSteps * Width + column, Width);
    tiles.template finish<2, kColumns>(c + column, Width);
  }
}

/// c[d][query] = sums over `count` blocks of keys; turned: [block, Width, 16], weights: [block, 16, 32 queries].
template <typename Tiles, int Width>
LIMBECK_INLINE void sumOverKeys(int count, const Pair* turned, const Pair* weights, float* c) {
  constexpr int kRows = Width >= kBlock ? 2 : 1;
  for (int row = 0; row < Width; row += kBlock) {
    Tiles tiles;
    tiles.clear();
    for (int block = 0; block < count; ++block)
      tiles.template add<kRows, 2>(turned + (block * Width + row) * kTileSteps, kTileSteps,
                                   weights + block * kBlockWords, kBlock);
    tiles.template finish<kRows, 2>(c + row * kBlock, kBlock);
  }
}

/// Rows of a block of queries from c[d][query], times `scale`.
template <int Width>
LIMBECK_INLINE void storeTurned(const AttentionShape& shape, int block, const float* c, float scale, float* to,
                                int ld) {
  alignas(64) float rows[kBlock * Width];
  transpose(Width, kBlock, c, kBlock, rows, Width);
  storeRows(smaller(kBlock, shape.length - block * kBlock), shape.head_width, Width, rows, scale,
            to + block * static_cast<std::int64_t>(kBlock) * ld, ld);
}

/// Calls `work` with the width that the head is padded to as an IntTag.
template <typename Work>
LIMBECK_INLINE void withTileWidth(int head_width, Work work) {
  if (head_width <= 16) return work(IntTag<16>{});
  if (head_width <= 32) return work(IntTag<32>{});
  work(IntTag<64>{});
}

}  // namespace limbeck::fused::LIMBECK_ISA
