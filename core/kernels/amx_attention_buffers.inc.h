// SPDX-License-Identifier: GPL-3.0-or-later
// What amx_attention_backward.inc.h keeps while it works on a head.
#pragma once

#include "core/kernels/amx_attention_forward.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr int kChunkBlocks = 8;  // blocks of queries: what a block of keys writes stays in the first-level cache

template <int Width>
struct TileBackwardBuffers {
  Pair *key_rows, *value_rows;         // [blocks, rows]
  Pair* keys_turned;                   // [blocks, turned]
  float *dkeys, *dvalues;              // [blocks, 32, Width]
  Pair *query_columns, *dout_columns;  // [chunk, columns]
  Pair *query_pairs, *dout_pairs;      // [chunk, pairs]
  float* negative_log_sums;            // [chunk, 32]
  float* negative_deltas;              // [chunk, 32]: less the mean of the probabilities' gradient under them
  Pair *probabilities, *dscores;       // [chunk, 32 keys, 16]
  Pair* dscore_pairs;                  // [chunk, blocks of keys, 16, 32 queries]

  LIMBECK_INLINE TileBackwardBuffers(int length, ScratchCarver& carver) {
    const std::int64_t blocks = blockCount(length);
    carver.take(key_rows, blocks * kHeadBlock<Width>), carver.take(value_rows, blocks * kHeadBlock<Width>);
    carver.take(keys_turned, blocks * Width * kTileSteps);
    carver.take(dkeys, blocks * kBlock * Width), carver.take(dvalues, blocks * kBlock * Width);
    carver.take(query_columns, kChunkBlocks * kHeadBlock<Width>);
    carver.take(dout_columns, kChunkBlocks * kHeadBlock<Width>);
    carver.take(query_pairs, kChunkBlocks * Width * kTileSteps);
    carver.take(dout_pairs, kChunkBlocks * Width * kTileSteps);
    carver.take(negative_log_sums, kChunkBlocks * kBlock), carver.take(negative_deltas, kChunkBlocks * kBlock);
    carver.take(probabilities, kChunkBlocks * kBlockWords), carver.take(dscores, kChunkBlocks * kBlockWords);
    carver.take(dscore_pairs, kChunkBlocks * blocks * kBlockWords);
  }
};

}  // namespace limbeck::fused::LIMBECK_ISA
