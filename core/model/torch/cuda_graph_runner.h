// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled only where LibTorch is a CUDA build (LIMBECK_TORCH_CUDA).
#pragma once

#include <memory>

#include "core/model/torch/step_runner.h"

namespace limbeck::torch_backend {

/// Records the step as a CUDA graph once it has run a few times and replays it from then on: a small model's step is
/// some hundred kernels of a few microseconds, and enqueuing each from the host takes longer than running it. What
/// cannot be recorded goes on running operation by operation.
std::unique_ptr<StepRunner> makeCudaGraphRunner(at::Device device);

}  // namespace limbeck::torch_backend
