// SPDX-License-Identifier: GPL-3.0-or-later
// Attention whose products multiply bf16 numbers; see attention_words.inc.h.
#pragma once

#include "core/kernels/attention_forward.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline std::int64_t attentionScratchBf16(int length, int head_width) {
  return scratchOf<Bf16Words>(length, head_width);
}

inline void attentionForwardBf16(const AttentionShape& shape, const float* qkv, float* out, float* log_sums,
                                 float* scratch) {
  forwardOf<Bf16Words>(shape, qkv, out, log_sums, scratch);
}

}  // namespace limbeck::fused::LIMBECK_ISA
