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
  };
  return kEntries;
}

void requireRange(std::string_view name, double value, double low, double high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("source {} is {}, but must lie from {} to {}", name, value, low, high));
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
}

}  // namespace

void SourceAlgorithm::learnEach(const TabularTask& task, std::span<const Rng> rngs,
                                std::span<HistoryBuffer> buffers) const {
  for (std::size_t i = 0; i < rngs.size(); ++i) learn(task, rngs[i], buffers[i]);
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
