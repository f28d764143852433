// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/step_runner.h"

namespace limbeck::torch_backend {
namespace {

class DirectRunner final : public StepRunner {
 public:
  explicit DirectRunner(at::Device device)
      : generator_(at::globalContext().defaultGenerator(device).clone()) {}  // so that no other model's draws matter

  at::Tensor run(const InputBlock& inputs, const StaticStep& step, std::uint64_t seed) override {
    generator_.set_current_seed(seed);
    inputs.upload();
    step.run(inputs, generator_);
    return step.results().to(at::kCPU);
  }

 private:
  at::Generator generator_;
};

}  // namespace

std::unique_ptr<StepRunner> makeDirectRunner(at::Device device) {
  return std::make_unique<DirectRunner>(device);
}

}  // namespace limbeck::torch_backend
