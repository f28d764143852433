// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

namespace limbeck::torch_backend {

/// Sums over the positions that count, each [].
struct ActionLoss {
  at::Tensor loss;  ///< negative log-likelihood in nats, with label smoothing if set
  at::Tensor correct;
};

/// `logits`: [windows, length, actions], `targets`: int64 [windows, length]. `counts`: float [windows, length], 0 where
/// a position carries no loss; undefined when all count.
ActionLoss actionLoss(const at::Tensor& logits, const at::Tensor& targets, const at::Tensor& counts,
                      double label_smoothing);

}  // namespace limbeck::torch_backend
