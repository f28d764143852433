// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <array>

#include "core/model/sequence_model.h"
#include "core/model/torch/flat_state.h"

namespace limbeck::torch_backend {

/// What differs from one update to the next: learning rate and the two bias corrections of the moments. They reach the
/// update as a tensor, so that a recorded CUDA graph reads the new ones.
using UpdateNumbers = std::array<float, 3>;
UpdateNumbers updateNumbers(const FlatState& state, double learning_rate, const OptimizerOptions& options);

/// Clips `gradient` (flat) and applies AdamW; `numbers` [3]. Returns the gradient's norm before clipping []. Where that
/// norm or `loss` [] is not finite, nothing changes. Neither waits for the device nor counts the update.
at::Tensor clipAndUpdate(const FlatState& state, const at::Tensor& gradient, const at::Tensor& loss,
                         const at::Tensor& numbers, const OptimizerOptions& options);

}  // namespace limbeck::torch_backend
