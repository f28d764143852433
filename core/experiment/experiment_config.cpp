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

void validateContext(const ExperimentConfig& config) {
  const int length = config.context.context_length;
  if (config.drop_count >= length) {
    fail(
        fmt::format("context.drop_count is {} but must be below context.context_length, {}: a full context that drops "
                    "everything would forget all it learned",
                    config.drop_count, length));
  }
  const int kept_episodes = config.source.episodes / config.context.keep_every;
  const std::int64_t kept = std::int64_t{kept_episodes} * config.environment.horizon;
  if (kept >= length) return;
  // Every phase of the subsampling must fill a window, and the last phases keep an episode less.
  fail(fmt::format(
      "context.context_length is {} transitions, but a history keeps only {}: source.episodes {} / "
      "context.keep_every {} = {} episodes of at most {} steps (environment.horizon); make the context "
      "shorter, or the history longer",
      length, kept, config.source.episodes, config.context.keep_every, kept_episodes, config.environment.horizon));
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

TransformerConfig transformerConfig(const ExperimentConfig& config, const EnvironmentSpec& spec) {
  TransformerConfig model = config.model;
  model.spec = spec;
  model.context_length = config.context.context_length;
  return model;
}

void validate(const ExperimentConfig& config) {
  std::unique_ptr<Environment> environment;
  within("[environment]", [&] { environment = makeEnvironment(config.environment); });
  within("[tasks]", [&] { splitTasks(*environment, config.tasks); });
  within("[source]", [&] { makeSourceAlgorithm(config.source); });
  within("[model]", [&] { validate(transformerConfig(config, environment->spec())); });
  validateContext(config);
  validateTraining(config);
  validateEvaluation(config.evaluation);
}

}  // namespace limbeck
