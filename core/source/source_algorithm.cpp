// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/source_algorithm.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <span>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/source/algorithms.h"

namespace limbeck {
namespace {

struct Entry {
  const char* name;
  std::unique_ptr<SourceAlgorithm> (*make)(const SourceOptions&);
};

/// A new algorithm is a file, a factory in algorithms.h and a line here.
std::span<const Entry> entries() {
  static constexpr Entry kEntries[] = {
      {"q_learning", makeQLearning},
      {"noisy_oracle", makeNoisyOracle},
      {"random", makeRandomSource},
      {"oracle", makeOracle},
      {"ucb", makeUcb},
      {"q_lambda", makeQLambda},
      {"a2c", makeA2c},
      {"ppo", makePpo},
      {"dqn", makeDqn},
  };
  return kEntries;
}

void requireRange(std::string_view name, double value, double low, double high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("source {} is {}, but must lie from {} to {}", name, value, low, high));
}

void validateNetwork(const SourceOptions& options) {
  requireRange("actors", options.actors, 1, 4096);
  requireRange("hidden_layers", options.hidden_layers, 1, 16);
  requireRange("hidden_width", options.hidden_width, 1, 4096);
  requireRange("network_learning_rate", options.network_learning_rate, 1e-9, 1.0);
  requireRange("gradient_clip", options.gradient_clip, 0.0, 1e9);
  requireRange("rollout_steps", options.rollout_steps, 1, 100'000);
  requireRange("entropy_bonus", options.entropy_bonus, 0.0, 100.0);
  requireRange("value_weight", options.value_weight, 0.0, 1e6);
  requireRange("clip_ratio", options.clip_ratio, 1e-6, 100.0);
  requireRange("update_epochs", options.update_epochs, 1, 1000);
  requireRange("minibatches", options.minibatches, 1, 1000);
  requireRange("batch_rollouts", options.batch_rollouts, 1, 4096);
  requireRange("replay_share", options.replay_share, 0.0, 1.0);
  requireRange("replay_capacity", options.replay_capacity, 1, 100'000'000);
  requireRange("target_period", options.target_period, 1, 100'000'000);
  // What one rollout holds in memory, and in an int.
  requireRange("actors times rollout_steps", static_cast<double>(options.actors) * options.rollout_steps, 1, 1e7);
}

void validateNetworkKind(const SourceOptions& options) {
  if (options.network == kDenseNetwork) return;
  if (options.network != kConvolutionalNetwork) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("source network is \"{}\", but must be \"{}\" or \"{}\"",
                                                        options.network, kDenseNetwork, kConvolutionalNetwork));
  }
  if (options.algorithm != "dqn") {
    throw Error(
        ErrorCode::InvalidArgument,
        fmt::format("source network is \"{}\", but only dqn looks at frames and the algorithm is {}; take \"{}\"",
                    options.network, options.algorithm, kDenseNetwork));
  }
}

void validate(const SourceOptions& options) {
  requireRange("episodes", options.episodes, 1, 1'000'000);
  requireRange("learning_rate", options.learning_rate, 1e-6, 1.0);
  requireRange("discount", options.discount, 0.0, 1.0);
  requireRange("initial_value", options.initial_value, -1e6, 1e6);
  requireRange("initial_noise", options.initial_noise, 0.0, 1e6);
  requireRange("epsilon_start", options.epsilon_start, 0.0, 1.0);
  requireRange("epsilon_end", options.epsilon_end, 0.0, 1.0);
  requireRange("epsilon_share", options.epsilon_share, 0.0, 1.0);
  requireRange("clean_share", options.clean_share, 0.0, 1.0);
  requireRange("exploration", options.exploration, 0.0, 1e6);
  requireRange("trace_decay", options.trace_decay, 0.0, 1.0);
  validateNetwork(options);
  validateNetworkKind(options);
}

}  // namespace

void SourceAlgorithm::learnEach(const TabularTask& task, std::span<const Rng> rngs, std::span<HistoryBuffer> buffers,
                                LearningWatch*) const {
  for (std::size_t i = 0; i < rngs.size(); ++i) learn(task, rngs[i], buffers[i]);
}

void requireWholeLearners(const SourceAlgorithm& algorithm, int histories_per_task) {
  const int together = algorithm.historiesTogether();
  if (!algorithm.learnsJointly() || histories_per_task % together == 0) return;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("histories_per_task is {}, but one learner makes {} histories of a task at once "
                          "(source.actors): make histories_per_task a multiple of {}, or change source.actors",
                          histories_per_task, together, together));
}

std::unique_ptr<SourceAlgorithm> makeSourceAlgorithm(const SourceOptions& options) {
  validate(options);
  for (const Entry& entry : entries()) {
    if (options.algorithm == entry.name) return entry.make(options);
  }
  const std::vector<std::string> known = sourceAlgorithmNames();
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("unknown source algorithm \"{}\"; known are {}; did you mean \"{}\"?", options.algorithm,
                          fmt::join(known, ", "), nearestName(options.algorithm, known)));
}

std::vector<std::string> sourceAlgorithmNames() {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) names.emplace_back(entry.name);
  return names;
}

}  // namespace limbeck
