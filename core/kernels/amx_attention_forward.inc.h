// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/amx_attention.inc.h"
#include "core/kernels/attention_forward_bf16.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

template <int Width>
struct TileForwardBuffers {
  Pair* key_rows;       // [blocks, rows]
  Pair* values_turned;  // [blocks, turned]
  Pair* probabilities;  // [blocks of keys, 16, 32 queries]
  float* column_bounds;

  LIMBECK_INLINE TileForwardBuffers(int length, ScratchCarver& carver) {
    const std::int64_t blocks = blockCount(length);
    carver.take(key_rows, blocks * kHeadBlock<Width>);
    carver.take(values_turned, blocks * Width * kTileSteps);
    carver.take(probabilities, blocks * kBlockWords);
    carver.take(column_bounds, Width);
  }
};

/// One block of queries after another, each with its softmax so far.
template <typename Tiles, int Width>
struct TileForward {
  const AttentionShape& shape;
  const TileForwardBuffers<Width>& buffers;
  int head = 0;
  int block = 0;                                           // of queries
  alignas(64) Pair query_columns[kHeadBlock<Width>] = {};  // scaled
  alignas(64) float negative_largest[kBlock] = {};         // what is added to scores
  alignas(64) float scores[2][kBlock * kBlock] = {};       // of two blocks of keys in turn
  Vec sums[2] = {};

  LIMBECK_INLINE void multiply(int key_block) {
    multiplyScores<Tiles, Width>(buffers.key_rows + key_block * kHeadBlock<Width>, query_columns, negative_largest,
                                 scores[key_block % 2]);
  }

  /// `work(key_block)` for every block of keys once its scores are there. Those of the next one are under way
  /// meanwhile: tiles and vectors work at the same time.
  template <typename Work>
  LIMBECK_INLINE void forKeyBlocks(Work work) {
    multiply(0);
    for (int key_block = 0; key_block <= block; ++key_block) {
      if (key_block < block) multiply(key_block + 1);
      work(key_block);
    }
  }

  template <bool IsDiagonal>
  LIMBECK_INLINE void findLargest(int key_block, Vec (&largest)[2]) const {
    for (int row = 0; row < kBlock; ++row) {
      for (int v = 0; v < 2; ++v) {
        Vec score = load(scores[key_block % 2] + row * kBlock + v * kLanes);
        if constexpr (IsDiagonal) score = maskFuture(score, row, v * kLanes, broadcast(kMinusInfinity));
        largest[v] = maximum(score, largest[v]);
      }
    }
  }

  /// Scores become probabilities: exponentials are summed, then some are dropped.
  template <bool IsDiagonal>
  LIMBECK_INLINE void exponentiate(int key_block) {
    const float* const from = scores[key_block % 2];
    Pair* const to = buffers.probabilities + static_cast<std::int64_t>(key_block) * kBlockWords;
    Vec totals[2] = {sums[0], sums[1]};
    for (int row = 0; row < kBlock; row += 2) {
      Vec tile[2][2];
#pragma GCC unroll 2
      for (int r = 0; r < 2; ++r) {
#pragma GCC unroll 2
        for (int v = 0; v < 2; ++v) {
          Vec p = Bf16Words::power(load(from + (row + r) * kBlock + v * kLanes));
          if constexpr (IsDiagonal) p = maskFuture(p, row + r, v * kLanes, Vec{});
          totals[v] += p;
          if (shape.dropout.threshold != 0)
            p *= attentionFactor(shape, head, key_block * kBlock + row + r, block * kBlock + v * kLanes);
          tile[r][v] = p;
        }
      }
      for (int v = 0; v < 2; ++v) storePairs(to + row / 2 * kBlock + v * kLanes, roundToPairs(tile[0][v], tile[1][v]));
    }
    sums[0] = totals[0], sums[1] = totals[1];
  }

  LIMBECK_INLINE void subtractLargest() {
    Vec largest[2] = {broadcast(-1e30F), broadcast(-1e30F)};
    forKeyBlocks([&](int key_block) {
      if (key_block == block) return findLargest<true>(key_block, largest);
      findLargest<false>(key_block, largest);
    });
    for (int v = 0; v < 2; ++v) store(negative_largest + v * kLanes, -largest[v]);
  }

  /// Where no score can be so large that its power overflows, nothing is subtracted (attention_softmax.inc.h).
  /// Otherwise the scores are computed twice: first for their maximum.
  __attribute__((noinline)) void run(const float* queries, float* out, float* log_sums) {
    TokenBlock<Width> tokens;
    tokens.read(shape, block, queries, shape.qkv_ld, kLog2E / __builtin_sqrtf(static_cast<float>(shape.head_width)));
    tokens.writeColumns(query_columns);
    fillZero(negative_largest, kBlock);
    Vec bounds[2];
    sumOfRows(bounds, [&](int row) {
      Vec bound{};
      for (int d = 0; d < Width; d += kLanes)
        bound += absolute(load(tokens.values + row * Width + d)) * load(buffers.column_bounds + d);
      return bound;
    });
    if (!(largest(maximum(bounds[0], bounds[1])) < kLargestScore)) subtractLargest();
    sums[0] = sums[1] = Vec{};
    forKeyBlocks([&](int key_block) {
      if (key_block == block) return exponentiate<true>(key_block);
      exponentiate<false>(key_block);
    });
    alignas(64) float result[Width * kBlock];
    sumOverKeys<Tiles, Width>(block + 1, buffers.values_turned, buffers.probabilities, result);
    for (int v = 0; v < 2; ++v) {
      const Vec inverse = 1.0F / sums[v];
      for (int d = 0; d < Width; ++d) {
        float* const place = result + d * kBlock + v * kLanes;
        store(place, load(place) * inverse);
      }
      store(log_sums + block * kBlock + v * kLanes, logarithm(sums[v]) - load(negative_largest + v * kLanes));
    }
    storeTurned<Width>(shape, block, result, 1.0F, out, shape.out_ld);
  }
};

template <typename Tiles, int Width>
void forwardTileHeads(const AttentionShape& shape, const float* qkv, float* out, float* log_sums, float* scratch) {
  ScratchCarver carver{scratch};
  const TileForwardBuffers<Width> buffers(shape.length, carver);
  const int width = shape.heads * shape.head_width;
  const int blocks = blockCount(shape.length);
  const typename Tiles::Session session;
  TileForward<Tiles, Width> work{shape, buffers};
  for (int head = 0; head < shape.heads; ++head) {
    work.head = head;
    const float* const queries = qkv + head * shape.head_width;
    for (int block = 0; block < blocks; ++block) {
      TokenBlock<Width> tokens;
      tokens.read(shape, block, queries + width, shape.qkv_ld, 1.0F);
      tokens.writeRows(buffers.key_rows + block * kHeadBlock<Width>);
      tokens.read(shape, block, queries + 2 * width, shape.qkv_ld, 1.0F);
      tokens.writeTurned(buffers.values_turned + static_cast<std::int64_t>(block) * Width * kTileSteps);
    }
    boundColumns(shape.length, shape.head_width, Width, queries + width, shape.qkv_ld, buffers.column_bounds);
    for (work.block = 0; work.block < blocks; ++work.block)
      work.run(queries, out + head * shape.head_width, log_sums + static_cast<std::int64_t>(head) * blocks * kBlock);
  }
}

template <typename Tiles>
void attentionForwardTiles(const AttentionShape& shape, const float* qkv, float* out, float* log_sums, float* scratch) {
  if (shape.head_width > kLargestTileHead) return attentionForwardBf16(shape, qkv, out, log_sums, scratch);
  withTileWidth(shape.head_width, [&](auto width) {
    forwardTileHeads<Tiles, decltype(width)::value>(shape, qkv, out, log_sums, scratch);
  });
}

}  // namespace limbeck::fused::LIMBECK_ISA
