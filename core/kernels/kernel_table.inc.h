// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/attention_backward.inc.h"
#include "core/kernels/attention_backward_bf16.inc.h"
#include "core/kernels/attention_forward.inc.h"
#include "core/kernels/attention_forward_bf16.inc.h"
#include "core/kernels/elementwise.inc.h"
#include "core/kernels/gemm.inc.h"
#include "core/kernels/gemm_bf16.inc.h"
#include "core/kernels/layer_norm.inc.h"
#include "core/kernels/loss.inc.h"
#include "core/kernels/peak.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

constexpr Kernels kernelTable(std::string_view name) {
  return {.name = name,
          .packedSize = packedSize,
          .pack = pack,
          .multiply = multiply,
          .multiplyTransposedAdd = multiplyTransposedAdd,
          .columnSumsAdd = columnSumsAdd,
          .layerNorm = layerNorm,
          .layerNormBackward = layerNormBackward,
          .gelu = gelu,
          .geluBackward = geluBackward,
          .addDropped = addDropped,
          .drop = drop,
          .attentionScratch = attentionScratch,
          .attentionForward = attentionForward,
          .attentionBackward = attentionBackward,
          .softmaxLoss = softmaxLoss,
          .addScaled = addScaled,
          .addSquares = addSquares,
          .adamW = adamW,
          .peak = peakFloats,
          .sumAll = sumAll};
}

/// The same with bf16 products.
constexpr Kernels pairKernelTable(std::string_view name) {
  Kernels kernels = kernelTable(name);
  kernels.packedSize = packedSizePairs<1>;
  kernels.pack = packPairs<1>;
  kernels.multiply = multiplyPairs;
  kernels.multiplyTransposedAdd = multiplyTransposedAddPairs;
  kernels.attentionScratch = attentionScratchBf16;
  kernels.attentionForward = attentionForwardBf16;
  kernels.attentionBackward = attentionBackwardBf16;
  kernels.peak = peakPairs;
  return kernels;
}

}  // namespace limbeck::fused::LIMBECK_ISA
