// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/action_loss.h"

namespace limbeck::torch_backend {

ActionLoss actionLoss(const at::Tensor& logits, const at::Tensor& targets, const at::Tensor& counts,
                      double label_smoothing) {
  const at::Tensor log_probabilities = logits.log_softmax(-1);
  at::Tensor each = -log_probabilities.gather(-1, targets.unsqueeze(-1)).squeeze(-1);  // [B, L]
  if (label_smoothing > 0.0) {
    each = each * (1.0 - label_smoothing) - log_probabilities.mean(-1) * label_smoothing;
  }
  at::Tensor correct = logits.detach().argmax(-1).eq(targets).to(at::kFloat);  // [B, L]
  if (counts.defined()) {
    each = each * counts;
    correct = correct * counts;
  }
  return {each.sum(), correct.sum()};
}

}  // namespace limbeck::torch_backend
