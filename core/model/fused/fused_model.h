// SPDX-License-Identifier: GPL-3.0-or-later
// The fused CPU core: training and decoding of the default transformer (pre-norm, GELU, one token a transition) without
// a tensor library. With T = length, W = width, F = feed_forward, H = heads:
//
//   One worker takes one sequence at a time through forward and backward, so that its activations stay in its
//   second-level cache:
//     embed      tokens -> x [T, W]
//     layer      norm -> [block, W], one product -> qkv [T, 3W]        blocks of 12 rows forward and at most 128 rows
//                backward, weights packed in panels
//                attention by head, blocks of queries x 96 keys -> [T, W], scores transposed and never stored
//                (attention_blocks.inc.h) out product, + x -> middle [T, W]; norm, product -> pre [T, F], GELU,
//                product, + middle -> next x
//     head       norm, product -> logits [block, actions]; loss and its gradient at once, then everything backwards
//   Sequences are split statically over the team; each worker adds to its own flat gradient buffer. The buffers are
//   summed in worker order, clipped, and one AdamW pass goes over flat parameters and moments: bit-identical for a
//   given team size. Dropout is a hash of the element's index, so that the backward pass draws the same. Nothing is
//   allocated in a step. The inner loops exist once per instruction set (kernels.h) and are chosen when the model is
//   made (cpu_dispatch.h).
//
// With Precision::BFloat16 matrix products round their inputs to bf16 and sum in float32 (gemm_bf16.inc.h); weights,
// gradients, moments, activations in memory, norms, softmax and loss stay float32. The passes are the same: only some
// of the functions in the table of kernels are others.
//
// Decoding (fused_decoder.cpp) keeps keys and values per stream and layer, as floats, bf16 or whole numbers of 8 bits
// (cache_kernels.h), and takes all streams of a worker through each layer.
#pragma once

#include <memory>

#include "core/kernels/cpu_dispatch.h"
#include "core/model/sequence_model.h"

namespace limbeck {

/// Whether the fused core runs this architecture with these options.
bool fusedSupports(const TransformerConfig& config, const ModelOptions& options);

/// Fresh weights from `rng`. `team` must outlive the model and its decoders. Throws Error(InvalidArgument) when not
/// supported.
std::unique_ptr<SequenceModel> makeFusedModel(const TransformerConfig& config, const ModelOptions& options, Team& team,
                                              const Rng& rng);

/// The same with the instruction set chosen by the caller, for tests and benchmarks.
std::unique_ptr<SequenceModel> makeFusedModel(const TransformerConfig& config, const ModelOptions& options, Team& team,
                                              const Rng& rng, fused::InstructionSet instruction_set);

}  // namespace limbeck
