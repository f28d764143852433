// SPDX-License-Identifier: GPL-3.0-or-later
// The gradients of amx_attention_forward.inc.h. Probabilities are computed again from the kept log normalisers. A block
// of keys meets a chunk of blocks of queries, and the gradients of keys and values take the whole chunk at once; those
// of the chunk's queries follow when all keys have been met.
#pragma once

#include "core/kernels/amx_attention_buffers.inc.h"
#include "core/kernels/attention_backward_bf16.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

/// One head after another.
template <typename Tiles, int Width>
struct TileBackward {
  const AttentionShape& shape;
  const TileBackwardBuffers<Width>& b;
  int head = 0;
  alignas(64) float scores[2][kBlock * kBlock] = {};   // of two blocks in turn
  alignas(64) float dscores[2][kBlock * kBlock] = {};  // gradients of their probabilities

  LIMBECK_INLINE void loadKeys(int block, const float* keys, const float* values) {
    TokenBlock<Width> tokens;
    tokens.read(shape, block, keys, shape.qkv_ld, 1.0F);
    tokens.writeRows(b.key_rows + block * kHeadBlock<Width>);
    tokens.writeTurned(b.keys_turned + static_cast<std::int64_t>(block) * Width * kTileSteps);
    tokens.read(shape, block, values, shape.qkv_ld, 1.0F);
    tokens.writeRows(b.value_rows + block * kHeadBlock<Width>);
  }

  /// `slot`: the block's place in the chunk.
  LIMBECK_INLINE void loadQueries(int block, int slot, const float* queries, const float* out, const float* dout,
                                  const float* log_sums) {
    TokenBlock<Width> tokens;
    tokens.read(shape, block, queries, shape.qkv_ld, kLog2E / __builtin_sqrtf(static_cast<float>(shape.head_width)));
    tokens.writeColumns(b.query_columns + slot * kHeadBlock<Width>);
    tokens.writePairs(b.query_pairs + slot * Width * kTileSteps);
    tokens.read(shape, block, dout, shape.out_ld, 1.0F);
    tokens.writeColumns(b.dout_columns + slot * kHeadBlock<Width>);
    tokens.writePairs(b.dout_pairs + slot * Width * kTileSteps);
    TokenBlock<Width> results;
    results.read(shape, block, out, shape.out_ld, 1.0F);
    Vec deltas[2];
    sumOfRows(deltas, [&](int row) {  // of dout as it is rounded for the products, see dotColumns
      Vec sum{};
      for (int d = row * Width; d < (row + 1) * Width; d += kLanes) {
        const Vec gradient = load(tokens.values + d);
        sum += highHalves(roundToPairs(gradient, gradient)) * load(results.values + d);
      }
      return sum;
    });
    for (int v = 0; v < 2; ++v) {
      store(b.negative_log_sums + slot * kBlock + v * kLanes, -load(log_sums + block * kBlock + v * kLanes));
      store(b.negative_deltas + slot * kBlock + v * kLanes, -deltas[v]);
    }
  }

  LIMBECK_INLINE void multiply(int key_block, int slot) {
    multiplyScores<Tiles, Width>(b.key_rows + key_block * kHeadBlock<Width>, b.query_columns + slot * kHeadBlock<Width>,
                                 b.negative_log_sums + slot * kBlock, scores[slot % 2]);
    multiplyScores<Tiles, Width>(
        b.value_rows + key_block * kHeadBlock<Width>, b.dout_columns + slot * kHeadBlock<Width>,
        shape.dropout.threshold == 0 ? b.negative_deltas + slot * kBlock : kZeroBias, dscores[slot % 2]);
  }

  /// Scores less the log normaliser become probabilities P, times the dropout factor; the gradients dP become those of
  /// the scores, P * (dP - delta), where delta is in dP already unless there is dropout.
  template <bool IsDiagonal>
  LIMBECK_INLINE void differentiate(int key_block, int block, int slot) {
    const float* const from = scores[slot % 2];
    const float* const dfrom = dscores[slot % 2];
    Pair* const p_rows = b.probabilities + slot * kBlockWords;
    Pair* const d_rows = b.dscores + slot * kBlockWords;
    Pair* const d_pairs =
        b.dscore_pairs + (static_cast<std::int64_t>(slot) * blockCount(shape.length) + key_block) * kBlockWords;
    for (int row = 0; row < kBlock; row += 2) {
      Vec p[2][2], d[2][2];
#pragma GCC unroll 2
      for (int r = 0; r < 2; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < 2; ++v) {
          const int place = (row + r) * kBlock + v * kLanes;
          p[r][v] = Bf16Words::power(load(from + place));
          if constexpr (IsDiagonal) p[r][v] = maskFuture(p[r][v], row + r, v * kLanes, Vec{});
          d[r][v] = load(dfrom + place);
          if (shape.dropout.threshold == 0) {
            d[r][v] *= p[r][v];
          } else {
            const Vec factor = attentionFactor(shape, head, key_block * kBlock + row + r, block * kBlock + v * kLanes);
            d[r][v] = p[r][v] * (d[r][v] * factor + load(b.negative_deltas + slot * kBlock + v * kLanes));
            p[r][v] *= factor;
          }
        }
        storePairs(p_rows + (row + r) * kTileSteps, roundNeighbours(p[r][0], p[r][1]));
        storePairs(d_rows + (row + r) * kTileSteps, roundNeighbours(d[r][0], d[r][1]));
      }
      for (int v = 0; v < 2; ++v) storePairs(d_pairs + row / 2 * kBlock + v * kLanes, roundToPairs(d[0][v], d[1][v]));
    }
  }

  /// A block of keys against the chunk's blocks of queries from `first_slot` on. Scores of the next block are under way
  /// while vectors work on this one.
  __attribute__((noinline)) void meet(int key_block, int chunk, int first_slot, int slots) {
    multiply(key_block, first_slot);
    for (int slot = first_slot; slot < slots; ++slot) {
      if (slot + 1 < slots) multiply(key_block, slot + 1);
      if (key_block == chunk + slot) {
        differentiate<true>(key_block, chunk + slot, slot);
      } else {
        differentiate<false>(key_block, chunk + slot, slot);
      }
    }
    const std::int64_t rows = static_cast<std::int64_t>(key_block) * kBlock * Width;
    const int pairs = first_slot * Width * kTileSteps;
    addOverQueries<Tiles, Width>(slots - first_slot, b.probabilities + first_slot * kBlockWords, b.dout_pairs + pairs,
                                 b.dvalues + rows);
    addOverQueries<Tiles, Width>(slots - first_slot, b.dscores + first_slot * kBlockWords, b.query_pairs + pairs,
                                 b.dkeys + rows);
  }

  LIMBECK_INLINE void storeQueries(int block, int slot, float* dqueries) {
    alignas(64) float result[Width * kBlock];
    sumOverKeys<Tiles, Width>(block + 1, b.keys_turned,
                              b.dscore_pairs + static_cast<std::int64_t>(slot) * blockCount(shape.length) * kBlockWords,
                              result);
    storeTurned<Width>(shape, block, result, 1.0F / __builtin_sqrtf(static_cast<float>(shape.head_width)), dqueries,
                       shape.qkv_ld);
  }
};

template <typename Tiles, int Width>
void backwardTileHeads(const AttentionShape& shape, const float* qkv, const float* out, const float* log_sums,
                       const float* dout, float* dqkv, float* scratch) {
  ScratchCarver carver{scratch};
  const TileBackwardBuffers<Width> buffers(shape.length, carver);
  const int width = shape.heads * shape.head_width;
  const int blocks = blockCount(shape.length);
  const typename Tiles::Session session;
  TileBackward<Tiles, Width> work{shape, buffers};
  for (int head = 0; head < shape.heads; ++head) {
    work.head = head;
    const int column = head * shape.head_width;
    for (int block = 0; block < blocks; ++block) work.loadKeys(block, qkv + column + width, qkv + column + 2 * width);
    fillZero(buffers.dkeys, static_cast<std::int64_t>(blocks) * kBlock * Width);
    fillZero(buffers.dvalues, static_cast<std::int64_t>(blocks) * kBlock * Width);
    for (int chunk = 0; chunk < blocks; chunk += kChunkBlocks) {
      const int slots = smaller(kChunkBlocks, blocks - chunk);
      for (int slot = 0; slot < slots; ++slot)
        work.loadQueries(chunk + slot, slot, qkv + column, out + column, dout + column,
                         log_sums + static_cast<std::int64_t>(head) * blocks * kBlock);
      for (int key_block = 0; key_block < chunk + slots; ++key_block)
        work.meet(key_block, chunk, key_block > chunk ? key_block - chunk : 0, slots);
      for (int slot = 0; slot < slots; ++slot) work.storeQueries(chunk + slot, slot, dqkv + column);
    }
    storeRows(shape.length, shape.head_width, Width, buffers.dkeys, kLn2, dqkv + column + width, shape.qkv_ld);
    storeRows(shape.length, shape.head_width, Width, buffers.dvalues, 1.0F, dqkv + column + 2 * width, shape.qkv_ld);
  }
}

template <typename Tiles>
void attentionBackwardTiles(const AttentionShape& shape, const float* qkv, const float* out, const float* log_sums,
                            const float* dout, float* dqkv, float* scratch) {
  if (shape.head_width > kLargestTileHead) return attentionBackwardBf16(shape, qkv, out, log_sums, dout, dqkv, scratch);
  withTileWidth(shape.head_width, [&](auto padded) {
    backwardTileHeads<Tiles, decltype(padded)::value>(shape, qkv, out, log_sums, dout, dqkv, scratch);
  });
}

inline std::int64_t attentionScratchTiles(int length, int head_width) {
  if (head_width > kLargestTileHead) return attentionScratchBf16(length, head_width);
  std::int64_t size = 0;
  withTileWidth(head_width, [&](auto padded) {
    ScratchCarver forward, backward;
    TileForwardBuffers<decltype(padded)::value>(length, forward);
    TileBackwardBuffers<decltype(padded)::value>(length, backward);
    size = forward.used > backward.used ? forward.used : backward.used;
  });
  return size;
}

}  // namespace limbeck::fused::LIMBECK_ISA
