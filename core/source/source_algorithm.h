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
#include "core/source/learning_watch.h"

namespace limbeck {

/// The values of `SourceOptions::network`.
inline constexpr std::string_view kDenseNetwork = "dense";
inline constexpr std::string_view kConvolutionalNetwork = "convolutional";

/// Everything that tells one source from another. Which fields an algorithm reads stands in its file.
struct SourceOptions {
  std::string algorithm = "q_learning";  ///< one of sourceAlgorithmNames()
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
  // Learners with a network (A2C, PPO, DQN)
  int actors = 100;  ///< streams that one learner plays at once; each becomes a history
  int hidden_layers = 3;
  int hidden_width = 128;
  double network_learning_rate = 1e-4;  ///< of Adam
  double gradient_clip = 0.0;           ///< greatest norm of a gradient; 0: as it is
  int rollout_steps = 20;               ///< steps of each actor between two updates
  // Actor-critics
  double entropy_bonus = 0.01;
  double value_weight = 0.5;  ///< of the critic's squared error in the loss
  // PPO
  double clip_ratio = 0.2;
  int update_epochs = 4;  ///< times that a rollout is learned from
  int minibatches = 4;    ///< parts that each of these times is cut into
  // DQN
  int batch_rollouts = 8;         ///< rollouts of one actor that an update learns from
  double replay_share = 0.7;      ///< share of them that come from the replay memory; the others are new
  int replay_capacity = 100'000;  ///< transitions that the replay memory holds
  int target_period = 50;         ///< updates between two copies of the network to the target network
  /// What the network begins with: categories of the observation, or convolutions over the frames that observations
  /// stand for (only DQN, and only where the agent sees frames)
  std::string network{kDenseNetwork};
  bool operator==(const SourceOptions&) const = default;
};

class OraclePlan;

/// A whole learning history in memory, reused from history to history.
struct HistoryBuffer {
  std::vector<std::uint8_t> observations;
  std::vector<Action> actions;
  std::vector<float> rewards;
  std::vector<End> ends;
  std::vector<Action> labels;  ///< what the oracle would have done, where there is one; else empty
  /// Whoever wants labels sets the oracle of the task that is learned next; borrowed. HistoryRecorder asks it.
  const OraclePlan* oracle = nullptr;
  /// Forgets the history, not the oracle.
  void clear();
  TransitionColumns columns() const;
};

/// An RL algorithm that learns one task from scratch. Thread-safe: it keeps its state on its own stack or in the
/// buffers.
class SourceAlgorithm {
 public:
  virtual ~SourceAlgorithm() = default;

  /// Learns `task` for the configured number of episodes and appends every transition in order. Deterministic in `rng`.
  /// One that learns jointly does so with a single actor.
  virtual void learn(const TabularTask& task, const Rng& rng, HistoryBuffer& buffer) const = 0;
  /// Learns `task` once for every stream: buffers[i] gets, bit for bit, what learn(task, rngs[i], buffers[i]) gives. An
  /// algorithm whose steps wait for one another plays `kSideBySide` histories at a time instead, which one core does
  /// faster than one after the other. One that learns jointly has as many actors as there are streams: what they see
  /// goes into the same learner, and each one's stream is a history. `watch` may be null.
  virtual void learnEach(const TabularTask& task, std::span<const Rng> rngs, std::span<HistoryBuffer> buffers,
                         LearningWatch* watch) const;
  void learnEach(const TabularTask& task, std::span<const Rng> rngs, std::span<HistoryBuffer> buffers) const {
    learnEach(task, rngs, buffers, nullptr);
  }

  /// How many histories to hand to one `learnEach`.
  virtual int historiesTogether() const { return kSideBySide; }
  /// Whether the histories of one `learnEach` come from one learner. Then it is handed `historiesTogether()` of one
  /// task, always the same ones, and never fewer.
  virtual bool learnsJointly() const { return false; }

  /// Throws Error(InvalidArgument) for a task that this algorithm cannot learn.
  virtual void requireSuits(const TabularTask&) const {}

  static constexpr int kSideBySide = 4;
};

/// Throws Error(InvalidArgument) unless the histories of a task are whole learners: `algorithm` learns jointly, and
/// `histories_per_task` is no multiple of what it makes together.
void requireWholeLearners(const SourceAlgorithm& algorithm, int histories_per_task);

/// Throws Error(InvalidArgument) for an unknown name (listing the known ones) or a value out of range.
std::unique_ptr<SourceAlgorithm> makeSourceAlgorithm(const SourceOptions& options);
std::vector<std::string> sourceAlgorithmNames();

}  // namespace limbeck
