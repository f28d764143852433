// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/whole_trainer.h"

#include <cmath>

#include "core/model/torch/adamw.h"
#include "core/model/torch/thread_use.h"

namespace limbeck::torch_backend {

WholeTrainer::WholeTrainer(const TransformerConfig& config, const ModelOptions& options, Attending attending,
                           FlatState& state, std::unique_ptr<StepRunner> runner, int threads)
    : options_(options),
      state_(state),
      step_(config, options, attending, state),
      runner_(std::move(runner)),
      threads_(threads) {}

TrainStepResult WholeTrainer::step(const ContextBatch& batch, double learning_rate, const Rng& rng) {
  useThreads(threads_);
  const UpdateNumbers numbers = updateNumbers(state_, learning_rate, options_.optimizer);
  const InputShape shape{batch.windows, batch.length, batch.observation_size, static_cast<int>(numbers.size())};
  if (inputs_ == nullptr || inputs_->shape() != shape) {
    inputs_ = std::make_unique<InputBlock>(shape, state_.weights.device());
  }
  inputs_->fill({batch.observations, batch.previous_actions, batch.previous_rewards, batch.previous_ends},
                batch.actions, numbers);
  const at::Tensor results = runner_->run(*inputs_, step_, rng.split("slice", 0).next());
  const float* const values = results.data_ptr<float>();
  const TrainStepResult result{.loss = values[0], .accuracy = values[1], .gradient_norm = values[2]};
  if (std::isfinite(result.loss) && std::isfinite(result.gradient_norm)) ++state_.updates;
  return result;
}

}  // namespace limbeck::torch_backend
