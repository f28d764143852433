// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"

namespace limbeck {
namespace {

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::InvalidArgument, std::move(message));
}

void validateLabels(const ExperimentConfig& config) {
  if (config.context.labels == ContextLabels::Source || config.histories.oracle_labels) return;
  fail(
      "context.labels is \"oracle\" but histories.oracle_labels is false, so no labels would be stored with the "
      "histories; set histories.oracle_labels = true");
}

void validateContext(const ExperimentConfig& config) {
  const int length = config.context.context_length;
  if (config.drop_count >= length) {
    fail(
        fmt::format("context.drop_count is {} but must be below context.context_length, {}: a full context that drops "
                    "everything would forget all it learned",
                    config.drop_count, length));
  }
  const int last = config.context.last_episodes;
  if (last > config.source.episodes) {
    fail(fmt::format("context.last_episodes is {} but source.episodes only {}; lower it, or take 0 for all of them",
                     last, config.source.episodes));
  }
  const int kept_episodes = (last > 0 ? last : config.source.episodes) / config.context.keep_every;
  const std::int64_t kept = std::int64_t{kept_episodes} * config.environment.horizon;
  if (kept >= length) return;
  // Every phase of the subsampling must fill a window, and the last phases keep an episode less.
  fail(fmt::format(
      "context.context_length is {} transitions, but a history keeps only {}: {} {} / context.keep_every {} = {} "
      "episodes of at most {} steps (environment.horizon); make the context shorter, or {}",
      length, kept, last > 0 ? "context.last_episodes" : "source.episodes", last > 0 ? last : config.source.episodes,
      config.context.keep_every, kept_episodes, config.environment.horizon,
      last > 0 ? "raise context.last_episodes" : "the history longer"));
}

void validateTraining(const ExperimentConfig& config) {
  const TrainerOptions& training = config.training;
  if (training.warmup_steps > training.steps) {
    fail(
        fmt::format("training.warmup_steps is {} but training.steps only {}: the learning rate would never reach its "
                    "peak; lower training.warmup_steps",
                    training.warmup_steps, training.steps));
  }
}

void validateEvaluation(const EvaluationConfig& evaluation) {
  const int episodes = evaluation.play.episodes;
  if (evaluation.last_episodes > episodes) {
    fail(fmt::format("evaluation.last_episodes is {} but evaluation.episodes only {}", evaluation.last_episodes,
                     episodes));
  }
  const auto beyond = std::ranges::find_if(evaluation.at_episodes, [&](int at) { return at > episodes; });
  if (beyond != evaluation.at_episodes.end()) {
    fail(fmt::format("evaluation.at_episodes asks for episode {} but evaluation.episodes is {}", *beyond, episodes));
  }
}

void validatePrompts(const ExperimentConfig& config) {
  std::vector<int> percents = config.evaluation.prompts;
  if (percents.empty()) return;
  std::ranges::sort(percents);
  const auto twice = std::ranges::adjacent_find(percents);
  if (twice != percents.end()) fail(fmt::format("evaluation.prompts names {} twice; once is enough", *twice));
  if (longestPrompt(config) > 0) return;
  fail(
      fmt::format("evaluation.prompts needs a context of more than one episode, but context.context_length is {} and "
                  "an episode has up to {} steps (environment.horizon); make the context longer, or remove the prompts",
                  config.context.context_length, config.environment.horizon));
}

/// What the folders below check of their own options, with a word on where it came from.
template <typename Check>
void within(std::string_view section, Check check) {
  try {
    check();
  } catch (Error& error) {
    error.addContext(section);
    throw;
  }
}

}  // namespace

const TrainerOptions& trainerOptions(const ExperimentConfig& config) {
  return config.method == TrainingMethod::Rl2 ? config.rl2.trainer : config.training;
}

TransformerConfig transformerConfig(const ExperimentConfig& config, const EnvironmentSpec& spec) {
  if (config.method == TrainingMethod::Rl2) return rl2Architecture(config.rl2, spec);
  TransformerConfig model = config.model;
  model.spec = spec;
  model.context_length = config.context.context_length;
  return model;
}

int longestPrompt(const ExperimentConfig& config) {
  return config.context.context_length - config.environment.horizon;
}

void validate(const ExperimentConfig& config) {
  std::unique_ptr<Environment> environment;
  within("[environment]", [&] { environment = makeEnvironment(config.environment); });
  within("[tasks]", [&] { splitTasks(*environment, config.tasks); });
  within("[source]", [&] {
    const std::unique_ptr<SourceAlgorithm> algorithm = makeSourceAlgorithm(config.source);
    algorithm->requireSuits(environment->makeTask(TaskId{0}));
    requireWholeLearners(*algorithm, config.histories.histories_per_task);
  });
  within("[model]", [&] { validate(transformerConfig(config, environment->spec())); });
  if (config.method == TrainingMethod::Distillation) {
    validateLabels(config);
    validateContext(config);
    validateTraining(config);
  }
  validateEvaluation(config.evaluation);
  validatePrompts(config);
}

}  // namespace limbeck
