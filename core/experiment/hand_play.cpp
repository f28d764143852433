// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/hand_play.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/env/reference_returns.h"

namespace limbeck {
namespace {

std::unique_ptr<const Environment> checkedEnvironment(const ExperimentConfig& config, const Checkpoint& checkpoint,
                                                      TaskId task) {
  std::unique_ptr<const Environment> environment = makeEnvironment(config.environment);
  if (environment->spec() != checkpoint.config.spec) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("the checkpoint was trained on another environment than the experiment's {}; take a "
                            "checkpoint of this experiment",
                            config.environment.name));
  }
  const auto number = static_cast<std::int32_t>(task);
  if (number < 0 || number >= environment->taskCount()) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("task {} does not exist; {} has tasks 0 to {}", number,
                                                        config.environment.name, environment->taskCount() - 1));
  }
  return environment;
}

/// The decoder keeps a copy of the weights; the model with its optimiser's buffers is not needed after this.
std::unique_ptr<Decoder> makeDecoder(const ExperimentConfig& config, const Checkpoint& checkpoint, Team& team) {
  // One stream is fastest on the processor, whatever the run was trained on.
  const std::unique_ptr<SequenceModel> model = makeSequenceModel(checkpoint.config, ModelOptions{}, team, Rng(Seed{}));
  model->importState(checkpoint.tensors);
  return model->makeDecoder({.streams = 1, .drop_count = config.drop_count});
}

}  // namespace

HandPlay::HandPlay(const ExperimentConfig& config, const Checkpoint& checkpoint, const Options& options)
    : options_(options),
      environment_(checkedEnvironment(config, checkpoint, options.task)),
      decoder_(makeDecoder(config, checkpoint, team_)),
      world_(*environment_, std::array{options.task}, Rng(options.seed).split("environment")),
      draws_(Rng(options.seed).split("policy")),
      optimal_return_(computeReferenceReturns(environment_->makeTask(options.task)).optimal) {
  const EnvironmentSpec& spec = environment_->spec();
  moment_.observation.resize(static_cast<std::size_t>(spec.observationSize()));
  moment_.log_probabilities.resize(static_cast<std::size_t>(spec.action_count));
  world_.reset(moment_.observation);
  read();
}

HandPlay::Step HandPlay::actAsModel() {
  const std::vector<float>& preferences = moment_.log_probabilities;
  const auto choice = options_.choice == ActionChoice::Sample
                          ? draws_.categorical(preferences)
                          : std::ranges::max_element(preferences) - preferences.begin();
  return advance(static_cast<Action>(choice), Mover::Model);
}

HandPlay::Step HandPlay::advance(Action action, Mover mover) {
  LIMBECK_CHECK(action < environment_->spec().action_count, fmt::format("action {}", action));
  Step step{.action = action};
  std::vector<std::uint8_t> arrived(moment_.observation.size());  // The context has the next episode's first instead.
  std::vector<std::uint8_t> next(moment_.observation.size());
  world_.step({&action, 1},
              {.rewards = {&step.reward, 1}, .ends = {&step.end, 1}, .arrived = arrived, .observations = next});
  columns_.observations.insert(columns_.observations.end(), moment_.observation.begin(), moment_.observation.end());
  columns_.actions.push_back(action);
  columns_.rewards.push_back(step.reward);
  columns_.ends.push_back(step.end);
  movers_.push_back(mover);
  moment_.observation = std::move(next);
  moment_.arrived = std::move(arrived);
  const bool has_ended = step.end != End::None;
  moment_.episode += has_ended ? 1 : 0;
  moment_.step = has_ended ? 0 : moment_.step + 1;
  read();
  return step;
}

void HandPlay::read() {
  const bool is_first = columns_.actions.empty();
  const auto none = static_cast<std::uint8_t>(environment_->spec().action_count);
  const std::uint8_t action = is_first ? none : columns_.actions.back();
  const float reward = is_first ? 0.0F : columns_.rewards.back();
  const std::uint8_t end = !is_first && columns_.ends.back() != End::None ? 1 : 0;
  decoder_->step({moment_.observation, {&action, 1}, {&reward, 1}, {&end, 1}}, moment_.log_probabilities);
  moment_.context_length = decoder_->length(0);
}

std::shared_ptr<const RecordedStream> HandPlay::recording() const {
  const HistoryLabel label{.task = static_cast<std::int32_t>(options_.task), .seed = options_.seed.value};
  return RecordedStream::fromColumns(environment_->spec(), label, columns_);
}

}  // namespace limbeck
