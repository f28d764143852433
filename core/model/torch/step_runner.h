// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>

#include "core/model/torch/input_block.h"
#include "core/model/torch/static_step.h"

namespace limbeck::torch_backend {

/// Carries a static step out on its device.
class StepRunner {
 public:
  virtual ~StepRunner() = default;
  /// Uploads `inputs`, runs `step` with draws that follow from `seed` and waits for its results: float [3] on the host.
  virtual at::Tensor run(const InputBlock& inputs, const StaticStep& step, std::uint64_t seed) = 0;
};

/// Runs the operations one by one.
std::unique_ptr<StepRunner> makeDirectRunner(at::Device device);

}  // namespace limbeck::torch_backend
