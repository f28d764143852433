// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/meta/rl2_learner.h"

#include <fmt/format.h>

#include <chrono>
#include <span>
#include <utility>

#include "core/base/error.h"
#include "core/meta/advantages.h"

namespace limbeck {
namespace {

constexpr const char* kMemory = "rl2.memory";
constexpr const char* kStreams = "rl2.streams";

const Tensor& find(const TensorMap& state, const char* name) {
  const auto found = state.find(name);
  if (found == state.end()) throw Error(ErrorCode::Corrupt, fmt::format("tensor '{}' is missing", name));
  return found->second;
}

}  // namespace

TransformerConfig rl2Architecture(const Rl2Options& options, const EnvironmentSpec& spec) {
  TransformerConfig config;
  config.spec = spec;
  config.backbone = Backbone::Lstm;
  config.actor_critic = true;
  config.layers = options.layers;
  config.width = options.width;
  config.context_length = options.episodes_per_trial * spec.horizon;
  return config;
}

Rl2Learner::Rl2Learner(SequenceModel& model, const Environment& environment, std::vector<TaskId> tasks,
                       const Rl2Options& options, const Rng& rng)
    : model_(model),
      options_(options),
      streams_(environment, std::move(tasks), options.trials_at_once, options.episodes_per_trial, rng.split("trials")),
      learner_(model.makeOnlineLearner(options.trials_at_once)) {
  const auto streams = static_cast<std::size_t>(options.trials_at_once);
  const std::size_t places = streams * static_cast<std::size_t>(options.unroll);
  for (auto* column : {&unroll_.actions, &unroll_.trial_ends}) column->resize(places);
  for (auto* column : {&unroll_.rewards, &unroll_.values, &unroll_.advantages, &unroll_.returns})
    column->resize(places);
  unroll_.last_values.resize(streams);
  log_probabilities_.resize(streams * static_cast<std::size_t>(environment.spec().action_count));
}

void Rl2Learner::play() {
  const auto streams = static_cast<std::size_t>(options_.trials_at_once);
  for (std::size_t begin = 0; begin < unroll_.actions.size(); begin += streams) {
    const auto row = [&](auto& column) { return std::span(column).subspan(begin, streams); };
    learner_->act(streams_.tokens(), streams_.begins(), log_probabilities_, row(unroll_.values));
    streams_.drawActions(log_probabilities_, row(unroll_.actions));
    streams_.step(row(unroll_.actions), row(unroll_.rewards), row(unroll_.trial_ends));
  }
  learner_->values(streams_.tokens(), unroll_.last_values);  // where a trial has just ended, nobody reads it
}

LearnerStep Rl2Learner::step(std::int64_t index, double learning_rate) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  streams_.beginUnroll(index + 1);  // 0 is what the first trials began with
  play();
  estimateAdvantages({unroll_.rewards, unroll_.values, unroll_.trial_ends, unroll_.last_values},
                     {.discount = options_.discount, .lambda = options_.gae_lambda}, unroll_.advantages,
                     unroll_.returns);
  const ActorCriticResult result = learner_->update(
      {unroll_.actions, unroll_.advantages, unroll_.returns},
      {.value_weight = options_.value_weight, .entropy_weight = options_.entropy_weight}, learning_rate);
  metrics_ = {.mean_return = streams_.takeMeanReturn(),
              .policy_loss = result.policy_loss,
              .value_loss = result.value_loss,
              .entropy = result.entropy};
  return {.result = {.loss = result.loss, .gradient_norm = result.gradient_norm},
          .tokens = static_cast<std::int64_t>(unroll_.actions.size()),
          .seconds = std::chrono::duration<double>(Clock::now() - begin).count()};
}

TensorMap Rl2Learner::exportState() const {
  TensorMap state = model_.exportState(true);
  state[kMemory] = learner_->exportMemory();
  state[kStreams] = streams_.exportState();
  return state;
}

void Rl2Learner::importState(const TensorMap& state) {
  learner_->importMemory(find(state, kMemory));
  streams_.importState(find(state, kStreams));
  model_.importState(state);
}

std::string Rl2Learner::detail(const TrainStepResult& result) const {
  return metrics_.mean_return ? fmt::format("return {:.2f}", *metrics_.mean_return) : StepLearner::detail(result);
}

}  // namespace limbeck
