// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/model/torch/flat_state.h"
#include "core/model/torch/input_block.h"
#include "core/model/torch/static_step.h"
#include "core/model/torch/step_runner.h"
#include "core/model/torch/trainer.h"

namespace limbeck::torch_backend {

/// Takes the batch whole: training on a GPU, and LibTorch as one would plainly use it on the CPU, with `threads`
/// threads of its own. `state` must outlive it.
class WholeTrainer final : public Trainer {
 public:
  WholeTrainer(const TransformerConfig& config, const ModelOptions& options, Attending attending, FlatState& state,
               std::unique_ptr<StepRunner> runner, int threads);
  TrainStepResult step(const ContextBatch& batch, double learning_rate, const Rng& rng) override;

 private:
  ModelOptions options_;
  FlatState& state_;
  StaticStep step_;
  std::unique_ptr<StepRunner> runner_;
  int threads_;
  std::unique_ptr<InputBlock> inputs_;  ///< of the latest batch's shape
};

}  // namespace limbeck::torch_backend
