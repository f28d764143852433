// SPDX-License-Identifier: GPL-3.0-or-later
// The loop that all training shares, whatever it learns from: learning rate, checkpoints, validation, stopping and
// going on, and the watch over a loss that runs away.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/base/work_control.h"
#include "core/model/checkpoint.h"
#include "core/model/sequence_model.h"

namespace limbeck {

struct TrainerOptions {
  std::int64_t steps = 1200;
  int batch_size = 32;               ///< windows
  double learning_rate = 1e-3;       ///< the peak
  std::int64_t warmup_steps = 100;   ///< linear from 0
  double final_learning_rate = 0.1;  ///< share of the peak that the cosine ends at
  std::int64_t validate_every =
      100;  ///< steps; 0 for never. Counted in steps, not seconds, so that a run repeats bit for bit
  double checkpoint_every_seconds = 30.0;
  double divergence_loss = 0.0;  ///< a loss above this after warm-up counts as diverged; 0: ten times ln(action_count)
};

/// Learning rate for the update that leads from `step` to `step + 1`: linear warm-up, then a cosine to the final share.
double learningRateAt(const TrainerOptions& options, std::int64_t step);

struct TrainMetrics {
  std::int64_t step = 0;  ///< updates done
  TrainStepResult result;
  double learning_rate = 0.0;
  double tokens_per_second = 0.0;
};

/// What the trainer tells its owner; any of them may be empty. Called on the training thread.
struct TrainerHooks {
  std::function<void(const TrainMetrics&)> on_step;
  /// Plays the validation tasks with the current weights and returns their score (higher is better), which picks the
  /// best checkpoint. May throw Cancelled when a stop is requested: the step is saved, and a resumed training plays
  /// them first.
  std::function<double(std::int64_t step, const SequenceModel& model)> on_validate;
  std::function<void(std::int64_t step)> on_checkpoint;
};

struct TrainerResult {
  std::int64_t steps = 0;
  double final_loss = 0.0;
  std::optional<double> best_score;
  std::int64_t best_step = 0;
  double seconds = 0.0;             ///< of this call
  double step_seconds = 0.0;        ///< of these, within optimiser steps (LearnerStep::seconds)
  double validation_seconds = 0.0;  ///< of these, within TrainerHooks::on_validate
  std::int64_t tokens = 0;          ///< of this call
};

/// What one step of a learner came to.
struct LearnerStep {
  TrainStepResult result;
  std::int64_t tokens = 0;  ///< that it learned from
  double seconds = 0.0;     ///< of it, learning; the rest went into what there was to learn from
};

/// What the loop repeats. Step `index` must depend on it and on the state alone, so that a resumed training equals an
/// uninterrupted one bit for bit.
class StepLearner {
 public:
  virtual ~StepLearner() = default;
  virtual const SequenceModel& model() const = 0;
  virtual LearnerStep step(std::int64_t index, double learning_rate) = 0;
  /// All that a later training needs in order to go on from here.
  virtual TensorMap exportState() const { return model().exportState(true); }
  virtual void importState(const TensorMap& state) = 0;
  /// What the tokens are called where their number is told: "tokens".
  virtual std::string tokenName() const { return "tokens"; }
  /// A few words on how it goes, for whoever watches.
  virtual std::string detail(const TrainStepResult& result) const;
  /// What to do about a loss that runs away: "lower training.learning_rate".
  virtual std::string remedy() const = 0;
};

/// Trains from where `checkpoints` left off (or from the learner's fresh state) to `options.steps`; with nothing left
/// to do it returns at once. Checkpoints carry `checkpoint_extra` and "loss", the best one also "validation_score"; of
/// equal scores the later is the best. On a stop request it saves a checkpoint and throws Cancelled. On a loss or
/// gradient that is not finite, or a loss above the divergence bound, it throws Error(Diverged) naming step, loss,
/// learning rate and the last good checkpoint. Throws Error(InvalidArgument) for checkpoints of another architecture.
TrainerResult runTraining(StepLearner& learner, const TrainerOptions& options, CheckpointFolder& checkpoints,
                          const TensorMetadata& checkpoint_extra, const TrainerHooks& hooks, WorkControl& control);

}  // namespace limbeck
