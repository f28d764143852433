// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/rng.h"
#include "core/data/shard.h"
#include "core/env/tabular_task.h"

namespace limbeck {

/// Everything that tells one source from another. Which fields an algorithm reads stands in its file.
struct SourceOptions {
  std::string algorithm = "q_learning";  ///< "q_learning", "noisy_oracle", "random", "oracle"
  int episodes = 105;                    ///< episodes in a history
  // Tabular Q-learning
  double learning_rate = 0.5;
  double discount = 0.9;
  double initial_value = 0.5;   ///< optimism
  double initial_noise = 0.01;  ///< half-width of the uniform noise on the initial values, breaks ties
  double epsilon_start = 1.0;
  double epsilon_end = 0.0;
  double epsilon_share = 0.8;  ///< share of the episodes over which epsilon falls linearly
  bool observes_state = true;  ///< learn on the full state (key held, ...); false: on what the observation shows
  // Noise-annealed oracle (AD^eps, arXiv 2312.12275): epsilon falls linearly per step to 0; this share of the end is
  // played without noise
  double clean_share = 0.1;
  // What follows came later: at its default it is left out of manifests (source_json.h).
  double exploration = 1.0;  ///< UCB: the constant before the square root
  double trace_decay = 0.9;  ///< lambda of Q(lambda) and of the actor-critics' returns
  bool operator==(const SourceOptions&) const = default;
};

/// A whole learning history in memory, reused from history to history.
struct HistoryBuffer {
  std::vector<std::uint8_t> observations;
  std::vector<Action> actions;
  std::vector<float> rewards;
  std::vector<End> ends;
  void clear();
  TransitionColumns columns() const;
};

/// An RL algorithm that learns one task from scratch. Thread-safe: `learn` keeps its state on its own stack or in
/// `buffer`.
class SourceAlgorithm {
 public:
  virtual ~SourceAlgorithm() = default;
  /// Learns `task` for the configured number of episodes and appends every transition in order. Deterministic in `rng`.
  virtual void learn(const TabularTask& task, const Rng& rng, HistoryBuffer& buffer) const = 0;
  /// Learns `task` once for every stream: buffers[i] gets, bit for bit, what learn(task, rngs[i], buffers[i]) gives. An
  /// algorithm whose steps wait for one another plays `kSideBySide` histories at a time instead, which one core does
  /// faster than one after the other.
  virtual void learnEach(const TabularTask& task, std::span<const Rng> rngs, std::span<HistoryBuffer> buffers) const;

  /// How many histories are worth handing to one `learnEach`.
  static constexpr int kSideBySide = 4;
};

/// Throws Error(InvalidArgument) for an unknown name (listing the known ones) or a value out of range.
std::unique_ptr<SourceAlgorithm> makeSourceAlgorithm(const SourceOptions& options);
std::vector<std::string> sourceAlgorithmNames();

}  // namespace limbeck
