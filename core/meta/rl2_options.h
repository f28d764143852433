// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/env/environment.h"
#include "core/model/transformer_config.h"
#include "core/train/training_loop.h"

namespace limbeck {

/// RL². Defaults are those of Laskin et al. for the dark environments (A3C, LSTM 256, batch 256, unroll 20, 10 episodes
/// a trial), with advantages as their source algorithm has them; where they say nothing, ours.
struct Rl2Options {
  int trials_at_once = 256;
  int episodes_per_trial = 10;
  int unroll = 20;  ///< steps of every trial between two updates; the gradient reaches back that far
  int layers = 1;
  int width = 256;
  double discount = 0.99;  ///< per step, across the episodes of a trial
  double gae_lambda = 0.95;
  double entropy_weight = 0.01;
  double value_weight = 0.5;
  /// Updates, learning rate, validation; `batch_size`, `checkpoint_every_seconds` and `divergence_loss` are not read.
  TrainerOptions trainer{
      .steps = 4000, .learning_rate = 3e-4, .warmup_steps = 0, .final_learning_rate = 0.1, .validate_every = 500};
};

/// The actor-critic that learns.
TransformerConfig rl2Architecture(const Rl2Options& options, const EnvironmentSpec& spec);

}  // namespace limbeck
