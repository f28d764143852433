// SPDX-License-Identifier: GPL-3.0-or-later
// Fits action prediction on contexts: no returns-to-go, no value targets. Source: Laskin et al. 2022, algorithm 1.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "core/base/rng.h"
#include "core/base/work_control.h"
#include "core/data/context_sampler.h"
#include "core/model/checkpoint.h"
#include "core/model/sequence_model.h"

namespace limbeck {

struct TrainerOptions {
  std::int64_t steps = 1200;
  int batch_size = 32;                ///< windows
  double learning_rate = 1e-3;        ///< the peak
  std::int64_t warmup_steps = 100;    ///< linear from 0
  double final_learning_rate = 0.1;   ///< share of the peak that the cosine ends at
  std::int64_t validate_every = 100;  ///< steps; 0 for never. Counted in steps, not seconds, so that a run repeats bit for bit
  double checkpoint_every_seconds = 30.0;
  double divergence_loss = 0.0;       ///< a loss above this after warm-up counts as diverged; 0: ten times ln(action_count)
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
  /// Plays the validation tasks with the current weights and returns their score (higher is better), which picks the best checkpoint.
  /// May throw Cancelled when a stop is requested: the step is saved, and a resumed training plays them first.
  std::function<double(std::int64_t step, const SequenceModel& model)> on_validate;
  std::function<void(std::int64_t step)> on_checkpoint;
};

struct TrainerResult {
  std::int64_t steps = 0;
  double final_loss = 0.0;
  std::optional<double> best_score;
  std::int64_t best_step = 0;
  double seconds = 0.0;      ///< of this call
  double step_seconds = 0.0;        ///< of these, within SequenceModel::trainStep
  double validation_seconds = 0.0;  ///< of these, within TrainerHooks::on_validate
  std::int64_t tokens = 0;   ///< of this call
};

/// Trains `model` from where `checkpoints` left off (or from its fresh weights) to `options.steps`; with nothing left to do it
/// returns at once. Batches are drawn in line: that takes a thousandth of a step. Checkpoints carry `checkpoint_extra` and "loss",
/// the best one also "validation_score"; of equal scores the later is the best. On a stop request it saves a checkpoint and throws Cancelled. On a loss or gradient
/// that is not finite, or a loss above the divergence bound, it throws Error(Diverged) naming step, loss, learning rate and the last good checkpoint.
/// Throws Error(InvalidArgument) for impossible options and for checkpoints of another architecture.
/// Batch s is drawn from rng.split("batch", s) and dropout from rng.split("dropout", s): a resumed run equals an uninterrupted one bit for bit.
TrainerResult train(SequenceModel& model, const ContextSampler& sampler, const TrainerOptions& options,
                    CheckpointFolder& checkpoints, const TensorMetadata& checkpoint_extra, const TrainerHooks& hooks,
                    const Rng& rng, WorkControl& control);

}  // namespace limbeck
