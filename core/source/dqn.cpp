// SPDX-License-Identifier: GPL-3.0-or-later
// A deep Q-network (Mnih et al., Nature 518, 2015) with several actors and Q(lambda) targets, the source of the
// Algorithm Distillation paper's Watermaze. The paper names neither the kind of Q(lambda) nor who runs when; ours:
// - Targets are Peng's Q(lambda) (Peng and Williams, "Incremental Multi-step Q-Learning", 1996; Sutton and Barto, 1st
//   edition, section 7.6), with the greatest values of the target network, over one rollout of one actor.
// - All actors play `rollout_steps` steps, then every new rollout is learned from once, `batch_rollouts` at a time, of
//   which `replay_share` come from the replay memory (at least one is new). Then they go into the memory, which drops
//   its oldest. Rollouts do not overlap.
// Reads actors, hidden_*, network_learning_rate, gradient_clip, rollout_steps, batch_rollouts, replay_*, target_period,
// discount, trace_decay, epsilon_*, observes_state and network. The paper has 16 actors, batches of 8 rollouts of 40
// steps, discount 0.9, trace_decay 0.75, epsilon 0.01 throughout, Adam at 1e-4, norms clipped at 10.
#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/source/actor_team.h"
#include "core/source/algorithms.h"
#include "core/source/noise_schedule.h"
#include "core/source/pixel_features.h"
#include "core/source/value_network.h"

namespace limbeck {
namespace {

/// The last rollouts, one row each.
class ReplayMemory {
 public:
  ReplayMemory(int rollouts, int steps) : rows_(rollouts, steps) {}

  void add(const Rollouts& rollouts, int actor) {
    if (rollouts.lengths[static_cast<std::size_t>(actor)] == 0) return;
    rows_.copyRow(next_, rollouts, actor);
    next_ = (next_ + 1) % rows_.actors();
    count_ = std::max(count_, next_ == 0 ? rows_.actors() : next_);
  }

  int count() const { return count_; }
  const Rollouts& rows() const { return rows_; }

 private:
  Rollouts rows_;
  int next_ = 0;
  int count_ = 0;
};

/// Probability thresholds of a random action, by episode.
std::vector<std::uint64_t> noiseThresholds(const SourceOptions& options) {
  std::vector<std::uint64_t> thresholds;
  for (int episode = 0; episode < options.episodes; ++episode) {
    thresholds.push_back(probabilityThreshold(
        annealed(options.epsilon_start, options.epsilon_end, options.epsilon_share, episode, options.episodes)));
  }
  return thresholds;
}

std::unique_ptr<const ObservationFeatures> featuresOf(const TabularTask& task, const SourceOptions& options) {
  if (options.network == kConvolutionalNetwork) return std::make_unique<PixelFeatures>(task, options.observes_state);
  return std::make_unique<OneHotFeatures>(task, options.observes_state);
}

/// One learner on its way.
class Learner {
 public:
  Learner(const TabularTask& task, const SourceOptions& options, std::span<const Rng> rngs,
          std::span<HistoryBuffer> buffers)
      : options_(options),
        adam_{.learning_rate = options.network_learning_rate, .gradient_clip = options.gradient_clip},
        action_count_(task.spec.action_count),
        thresholds_(noiseThresholds(options)),
        features_(featuresOf(task, options)),
        network_(*features_, shapeFor(task), rngs.front().split("weights"),
                 (static_cast<std::int64_t>(rngs.size()) + options.batch_rollouts) * options.rollout_steps),
        target_network_(*features_, shapeFor(task), rngs.front().split("weights"), features_->inputCount()),
        actors_(task, features_->inputOfState(), options.episodes, rngs, buffers),
        rollouts_(static_cast<int>(rngs.size()), options.rollout_steps),
        memory_(std::max(options.replay_capacity / options.rollout_steps, 1), options.rollout_steps),
        order_(rngs.size()),
        draws_(rngs.front().split("replay")) {
    std::iota(order_.begin(), order_.end(), 0);
  }

  void learn(LearningWatch* watch) {
    while (!actors_.isDone()) {
      const auto want = [this](int input) { network_.want(input); };
      const auto prepare = [this] { network_.evaluate(); };
      const auto choose = [this](int input, int episode, Rng& draws) {
        const NoisyChoice choice{draws.next()};
        const std::uint64_t threshold = thresholds_[static_cast<std::size_t>(episode)];
        return static_cast<Action>(choice.pick(threshold, action_count_, network_.greedy(input).action));
      };
      actors_.play(rollouts_, want, prepare, choose);
      learnFromNewRollouts();
      for (int actor = 0; actor < rollouts_.actors(); ++actor) memory_.add(rollouts_, actor);
      if (watch != nullptr) watch->look(actors_.tally());
    }
    actors_.finish();
  }

 private:
  MlpShape shapeFor(const TabularTask& task) const {
    return {.hidden_layers = options_.hidden_layers,
            .hidden_width = options_.hidden_width,
            .outputs = task.spec.action_count};
  }

  void learnFromNewRollouts() {
    for (std::size_t i = order_.size(); i > 1; --i) {
      std::swap(order_[i - 1], order_[draws_.below(static_cast<std::uint32_t>(i))]);
    }
    const double share = (1.0 - options_.replay_share) * options_.batch_rollouts;
    const auto fresh = static_cast<std::size_t>(std::max(std::lround(share), 1L));
    for (std::size_t begin = 0; begin < order_.size(); begin += fresh) {
      learnFrom(std::span(order_).subspan(begin, std::min(fresh, order_.size() - begin)));
    }
  }

  /// One update from these new rollouts and from as many old ones as the batch has room for.
  void learnFrom(std::span<const int> fresh) {
    batch_.clear();
    for (const int actor : fresh) batch_.push_back({&rollouts_, actor});
    while (memory_.count() > 0 && static_cast<int>(batch_.size()) < options_.batch_rollouts) {
      const auto row = static_cast<int>(draws_.below(static_cast<std::uint32_t>(memory_.count())));
      batch_.push_back({&memory_.rows(), row});
    }
    std::size_t steps = 0;
    for (const auto& [rollouts, row] : batch_) {
      for (std::size_t place = rollouts->begin(row); place < rollouts->end(row); ++place) {
        network_.want(rollouts->inputs[place]);
        target_network_.want(rollouts->next_inputs[place]);
        ++steps;
      }
    }
    if (steps == 0) return;
    network_.evaluate();
    target_network_.evaluate();
    for (const auto& [rollouts, row] : batch_) addSteps(*rollouts, row, 1.0F / static_cast<float>(steps));
    network_.learn(adam_);
    if (++updates_ % options_.target_period == 0) target_network_.copyParameters(network_);
  }

  void addSteps(const Rollouts& rollouts, int row, float weight) {
    const auto discount = static_cast<float>(options_.discount);
    const auto trace = static_cast<float>(options_.trace_decay);
    float target = 0.0F;
    for (std::size_t place = rollouts.end(row); place-- > rollouts.begin(row);) {
      float later = 0.0F;
      if (rollouts.ends[place] != End::Terminated) {
        later = target_network_.greedy(rollouts.next_inputs[place]).value;
        if (rollouts.goesOn(row, place)) later += trace * (target - later);
      }
      target = rollouts.rewards[place] + discount * later;
      network_.addStep(rollouts.inputs[place], rollouts.actions[place], target, weight);
    }
  }

  struct BatchRow {
    const Rollouts* rollouts = nullptr;
    int row = 0;
  };

  const SourceOptions& options_;
  AdamSettings adam_;
  int action_count_;
  std::vector<std::uint64_t> thresholds_;  ///< [episodes]
  std::unique_ptr<const ObservationFeatures> features_;
  ValueNetwork network_;
  ValueNetwork target_network_;
  ActorTeam actors_;
  Rollouts rollouts_;
  ReplayMemory memory_;
  std::vector<int> order_;  ///< of the actors, shuffled
  std::vector<BatchRow> batch_;
  Rng draws_;
  std::int64_t updates_ = 0;
};

class Dqn final : public SourceAlgorithm {
 public:
  explicit Dqn(const SourceOptions& options) : options_(options) {}

  void learn(const TabularTask& task, const Rng& rng, HistoryBuffer& buffer) const override {
    learnEach(task, std::span(&rng, 1), std::span(&buffer, 1), nullptr);
  }
  void learnEach(const TabularTask& task, std::span<const Rng> rngs, std::span<HistoryBuffer> buffers,
                 LearningWatch* watch) const override {
    requireSuits(task);
    if (!rngs.empty()) Learner(task, options_, rngs, buffers).learn(watch);
  }
  int historiesTogether() const override { return options_.actors; }
  bool learnsJointly() const override { return true; }
  void requireSuits(const TabularTask& task) const override {
    if (options_.network != kConvolutionalNetwork || task.frames != nullptr) return;
    throw Error(
        ErrorCode::InvalidArgument,
        "source network is \"convolutional\", but this environment has no frames to look at; take \"dense\", or an "
        "environment whose agent sees pictures (watermaze)");
  }

 private:
  SourceOptions options_;
};

}  // namespace

std::unique_ptr<SourceAlgorithm> makeDqn(const SourceOptions& options) {
  return std::make_unique<Dqn>(options);
}

}  // namespace limbeck
