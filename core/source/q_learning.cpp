// SPDX-License-Identifier: GPL-3.0-or-later
// Tabular Q-learning (Watkins 1989; Sutton and Barto, 2nd edition, section 6.5), epsilon-greedy with epsilon falling
// linearly by episode, one update a step. Reads learning_rate, discount, initial_*, epsilon_* and observes_state. An
// episode that the horizon cut bootstraps from where it was cut: the task itself went on. One that the task ended does
// not. Source of the defaults: our own trials; epsilon falling over most of the history gives a smooth learning curve
// to distil.
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "core/env/table_stepper.h"
#include "core/source/action_values.h"
#include "core/source/algorithms.h"
#include "core/source/history_recorder.h"
#include "core/source/noise_schedule.h"

namespace limbeck {
namespace {

/// One history on its way, step by step.
class Learner {
 public:
  /// `rows` and `options` must outlive it.
  Learner(const TabularTask& task, const std::vector<std::uint16_t>& rows, const SourceOptions& options, const Rng& rng,
          HistoryBuffer& buffer)
      : options_(options),
        rows_(rows.data()),
        action_count_(task.spec.action_count),
        learning_rate_(static_cast<float>(options.learning_rate)),
        discount_(static_cast<float>(options.discount)),
        draws_(rng.split("steps")),
        values_(task, options, rng.split("initial_values")),
        recorder_(task, options.episodes, buffer),
        stepper_(task) {
    beginEpisode();
  }

  bool isDone() const { return episode_ == options_.episodes; }

  [[gnu::always_inline]] void step() {
    const NoisyChoice choice{draws_.next()};
    const auto action = static_cast<Action>(choice.pick(threshold_, action_count_, best_.action));
    const TableStepper::Outcome outcome = stepper_.step(action, draws_);
    recorder_.record(state_, action, outcome.reward, outcome.end);
    state_ = stepper_.state();
    const int next_row = rows_[state_];
    best_ = values_.greedy(next_row);
    const float bootstrap = outcome.end == End::Terminated ? 0.0F : best_.value;
    float& value = values_.at(row_, action);
    value += learning_rate_ * (outcome.reward + discount_ * bootstrap - value);
    // The update may have changed what is best here.
    if (next_row == row_) best_ = values_.greedy(next_row);
    row_ = next_row;
    if (outcome.end == End::None) return;
    ++episode_;
    if (!isDone()) beginEpisode();
  }

  void finish() { recorder_.finish(); }

 private:
  void beginEpisode() {
    threshold_ = probabilityThreshold(
        annealed(options_.epsilon_start, options_.epsilon_end, options_.epsilon_share, episode_, options_.episodes));
    state_ = stepper_.reset(draws_);
    row_ = rows_[state_];
    best_ = values_.greedy(row_);
  }

  const SourceOptions& options_;
  const std::uint16_t* rows_;
  int action_count_;
  float learning_rate_;
  float discount_;
  Rng draws_;
  ActionValues values_;
  HistoryRecorder recorder_;
  TableStepper stepper_;
  int episode_ = 0;
  std::uint64_t threshold_ = 0;
  int state_ = 0;
  int row_ = 0;
  Greedy best_;
};

class QLearning final : public SourceAlgorithm {
 public:
  explicit QLearning(const SourceOptions& options) : options_(options) {}

  void learn(const TabularTask& task, const Rng& rng, HistoryBuffer& buffer) const override {
    learnEach(task, std::span(&rng, 1), std::span(&buffer, 1), nullptr);
  }

  // A step waits for the one before it through three lookups and a maximum, and leaves most of the core idle: the steps
  // of other histories fill the gaps.
  void learnEach(const TabularTask& task, std::span<const Rng> rngs, std::span<HistoryBuffer> buffers,
                 LearningWatch*) const override {
    const std::vector<std::uint16_t> rows = rowsOfStates(task, options_.observes_state);
    std::size_t next = 0;
    for (; rngs.size() - next >= kSideBySide; next += kSideBySide) {
      learnSideBySide(task, rows, &rngs[next], &buffers[next], std::make_index_sequence<kSideBySide>());
    }
    for (; next < rngs.size(); ++next) {
      learnSideBySide(task, rows, &rngs[next], &buffers[next], std::make_index_sequence<1>());
    }
  }

 private:
  template <std::size_t... kIndex>
  void learnSideBySide(const TabularTask& task, const std::vector<std::uint16_t>& rows, const Rng* rngs,
                       HistoryBuffer* buffers, std::index_sequence<kIndex...>) const {
    std::array learners{Learner(task, rows, options_, rngs[kIndex], buffers[kIndex])...};
    while ((!learners[kIndex].isDone() && ...)) (learners[kIndex].step(), ...);
    // Episodes may end early, so the others can have some way to go.
    for (Learner& learner : learners) {
      while (!learner.isDone()) learner.step();
      learner.finish();
    }
  }

  SourceOptions options_;
};

}  // namespace

std::unique_ptr<SourceAlgorithm> makeQLearning(const SourceOptions& options) {
  return std::make_unique<QLearning>(options);
}

}  // namespace limbeck
