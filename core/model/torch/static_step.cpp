// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/static_step.h"

#include <c10/core/GradMode.h>

#include "core/model/torch/action_loss.h"
#include "core/model/torch/adamw.h"
#include "core/model/torch/torch_device.h"

namespace limbeck::torch_backend {

StaticStep::StaticStep(const TransformerConfig& config, const ModelOptions& options, Attending attending,
                       FlatState& state)
    : config_(config),
      options_(options),
      state_(state),
      gradient_(at::zeros_like(state.weights)),
      model_(makeNetwork(config, viewWeights(config, state.weights, gradient_), attending)),
      results_(at::zeros({3}, state.weights.options())) {}

void StaticStep::run(const InputBlock& inputs, const at::Generator& generator) const {
  gradient_.zero_();
  const InputShape& shape = inputs.shape();
  TrainingNoise noise{generator, {}};
  at::Tensor counts;
  if (config_.input_mask > 0.0) {
    noise.hidden = model_->drawHidden(shape.windows, shape.length, generator);
    counts = model_->answered(noise.hidden);
  }
  const at::Tensor counted = counts.defined()
                                 ? counts.sum().clamp_min_(1.0)
                                 : at::full({}, static_cast<double>(shape.windows) * shape.length, results_.options());
  at::Tensor loss;
  at::Tensor accuracy;
  {
    const AutocastScope autocast(options_.device, options_.precision);
    const at::Tensor logits = model_->logits(inputs.tokens(), &noise);  // [B, L, A]
    const ActionLoss sums = actionLoss(logits, inputs.targets(), counts, config_.label_smoothing);
    loss = sums.loss / counted;
    accuracy = sums.correct / counted;
  }
  loss.backward();
  const c10::NoGradGuard no_grad;
  const at::Tensor norm = clipAndUpdate(state_, gradient_, loss.detach(), inputs.numbers(), options_.optimizer);
  results_.copy_(at::stack({loss.detach(), accuracy, norm}));
}

}  // namespace limbeck::torch_backend
