// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/fused/attention_backward.inc.h"
#include "core/model/fused/attention_forward.inc.h"
#include "core/model/fused/cached_attention.inc.h"
#include "core/model/fused/elementwise.inc.h"
#include "core/model/fused/gemm.inc.h"
#include "core/model/fused/layer_norm.inc.h"
#include "core/model/fused/loss.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

constexpr Kernels kernelTable(std::string_view name) {
  return {.name = name,
          .panel = kPanel,
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
          .cacheAppend = cacheAppend,
          .cacheFill = cacheFill,
          .cachedAttention = cachedAttention,
          .softmaxLoss = softmaxLoss,
          .addSquares = addSquares,
          .adamW = adamW};
}

}  // namespace limbeck::fused::LIMBECK_ISA
