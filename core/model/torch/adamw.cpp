// SPDX-License-Identifier: GPL-3.0-or-later
// AdamW over one flat buffer: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019. All decisions
// are taken by tensors, never by the host: on a GPU the whole training step is enqueued without waiting once.
#include "core/model/torch/adamw.h"

#include <c10/core/GradMode.h>

#include <cmath>

namespace limbeck::torch_backend {

UpdateNumbers updateNumbers(const FlatState& state, double learning_rate, const OptimizerOptions& options) {
  const auto next = static_cast<double>(state.updates + 1);
  return {static_cast<float>(learning_rate), static_cast<float>(1.0 - std::pow(options.beta1, next)),
          static_cast<float>(1.0 - std::pow(options.beta2, next))};
}

at::Tensor clipAndUpdate(const FlatState& state, const at::Tensor& gradient, const at::Tensor& loss,
                         const at::Tensor& numbers, const OptimizerOptions& options) {
  const c10::NoGradGuard no_grad;
  const at::Tensor norm = gradient.norm();
  const at::Tensor is_finite = at::isfinite(loss).logical_and(at::isfinite(norm));
  const at::Tensor applies = is_finite.to(at::kFloat);  // a factor: with 0 every line below changes nothing
  at::Tensor clipped = gradient;
  if (options.gradient_clip > 0.0) clipped = gradient * norm.reciprocal().mul_(options.gradient_clip).clamp_max_(1.0);
  clipped = at::where(is_finite, clipped, at::zeros({}, clipped.options()));  // infinity times 0 would not be 0
  const at::Tensor rate = numbers[0] * applies;
  state.first_moment.lerp_(clipped, applies * (1.0 - options.beta1));
  state.second_moment.lerp_(clipped.square(), applies * (1.0 - options.beta2));
  const at::Tensor deviation = (state.second_moment / numbers[2]).sqrt_().add_(options.epsilon);
  state.weights.mul_(1.0 - state.decays * (rate * options.weight_decay));
  state.weights.sub_((state.first_moment / deviation).mul_(rate / numbers[1]));
  return norm;
}

}  // namespace limbeck::torch_backend
