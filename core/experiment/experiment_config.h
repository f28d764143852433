// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that makes a run, as it stands in an experiment file (experiment_file.h reads and writes it, schema.h
// lists every key). The folders' own option structs are used as they are, so that a field has one name, one default and
// one place.
#pragma once

#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/data/context_sampler.h"
#include "core/env/environment.h"
#include "core/env/task_split.h"
#include "core/eval/in_context_evaluator.h"
#include "core/eval/scores.h"
#include "core/meta/rl2_options.h"
#include "core/model/sequence_model.h"
#include "core/model/transformer_config.h"
#include "core/model/transformer_policy.h"
#include "core/source/history_generator.h"
#include "core/source/source_algorithm.h"
#include "core/train/trainer.h"

namespace limbeck {

/// How the frozen transformer plays the held-out tasks and what is reported of it.
struct EvaluationConfig {
  EvaluationOptions play{.episodes = 30, .repeats = 4, .keep_rollouts = true};
  ActionChoice action_choice = ActionChoice::Sample;
  std::vector<int> at_episodes;  ///< 1-based episodes whose return is reported
  int last_episodes = 5;
  BootstrapOptions bootstrap;
  bool cleared_context_control = true;  ///< also play with the context cleared at each episode
  bool source_control = true;           ///< also let the source algorithm learn the held-out tasks
  std::vector<int> prompts;  ///< also play from a context that holds a source's play, up to these percentages of it
};

/// What the training stage makes.
enum class TrainingMethod {
  Distillation,  ///< a model that continues the source's histories
  Rl2,           ///< an LSTM that learns online on the training tasks (core/meta); it needs no histories
};

struct ExperimentConfig {
  std::string name = "experiment";
  std::string description;
  Seed seed{1};  ///< of histories, weights, batches and evaluation; the task split has its own
  EnvironmentOptions environment;
  TaskSplitOptions tasks;
  SourceOptions source;
  GenerationOptions histories;
  ContextSamplerOptions context;  ///< `context.context_length` is the model's context too
  int drop_count = 100;           ///< DecoderOptions::drop_count, for validation and evaluation
  TransformerConfig model;        ///< `spec` and `context_length` are unset here: take `transformerConfig` below
  TrainingMethod method = TrainingMethod::Distillation;
  TrainerOptions training;  ///< of distillation; take `trainerOptions` below
  Rl2Options rl2;
  ModelOptions compute;  ///< backend, device, precision; its `optimizer` is section [optimizer]
  EvaluationOptions validation{.episodes = 15, .repeats = 2, .keep_rollouts = false};
  EvaluationConfig evaluation;
  int threads = 0;  ///< 0: one for each processor
};

/// Of the method that trains.
const TrainerOptions& trainerOptions(const ExperimentConfig& config);

/// The architecture that the method trains, with the environment's spec and the context's length filled in.
TransformerConfig transformerConfig(const ExperimentConfig& config, const EnvironmentSpec& spec);

/// Transitions that a prompt may have: the episode that is to be played must find room in the context too.
int longestPrompt(const ExperimentConfig& config);

/// Checks what no single key shows: heads that do not divide the width, a context longer than a kept history, tasks
/// that run out, ... Every message names keys, values and limits. Throws Error(InvalidArgument).
void validate(const ExperimentConfig& config);

}  // namespace limbeck
