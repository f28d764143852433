// SPDX-License-Identifier: GPL-3.0-or-later
// Attention whose products multiply bf16 numbers; see attention_words.inc.h.
#pragma once

#include "core/kernels/attention_backward.inc.h"

namespace limbeck::fused::LIMBECK_ISA {

inline void attentionBackwardBf16(const AttentionShape& shape, const float* qkv, const float* out,
                                  const float* log_sums, const float* dout, float* dqkv, float* scratch) {
  backwardOf<Bf16Words>(shape, qkv, out, log_sums, dout, dqkv, scratch);
}

}  // namespace limbeck::fused::LIMBECK_ISA
