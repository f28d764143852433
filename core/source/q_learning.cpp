// SPDX-License-Identifier: GPL-3.0-or-later
// Tabular Q-learning (Watkins 1989; Sutton and Barto, 2nd edition, section 6.5), epsilon-greedy with epsilon falling
// linearly by episode, one update a step. Reads learning_rate, discount, initial_*, epsilon_* and observes_state. An
// episode that the horizon cut bootstraps from where it was cut: the task itself went on. One that the task ended does
// not. Source of the defaults: our own trials; epsilon falling over most of the history gives a smooth learning curve
// to distil.
#include <array>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/env/table_stepper.h"
#include "core/source/algorithms.h"
#include "core/source/history_recorder.h"
#include "core/source/noise_schedule.h"

namespace limbeck {
namespace {

struct Greedy {
  float value = 0.0F;
  int action = 0;
};

/// Which row of the table each state reads and writes: its own, or one that all states share that look alike.
std::vector<std::uint16_t> rowsOfStates(const TabularTask& task, bool observes_state) {
  std::vector<std::uint16_t> rows(static_cast<std::size_t>(task.state_count));
  std::map<std::string, std::uint16_t> row_of_observation;
  const int size = task.spec.observationSize();
  for (int state = 0; state < task.state_count; ++state) {
    rows[state] = static_cast<std::uint16_t>(state);
    if (observes_state) continue;
    const auto begin = task.observation.begin() + static_cast<std::ptrdiff_t>(state) * size;
    const auto next = static_cast<std::uint16_t>(row_of_observation.size());
    rows[state] = row_of_observation.try_emplace(std::string(begin, begin + size), next).first->second;
  }
  return rows;
}

/// Action values, one row of `kStride` (or a multiple of it) per table row; the padding is never the greatest.
class ActionValues {
 public:
  ActionValues(const TabularTask& task, const SourceOptions& options, Rng rng)
      : action_count_(task.spec.action_count),
        stride_((action_count_ + kStride - 1) / kStride * kStride),
        values_(static_cast<std::size_t>(task.state_count) * stride_) {
    for (int row = 0; row < task.state_count; ++row) {
      for (int action = 0; action < action_count_; ++action) {
        const double noise = (2.0 * rng.uniform() - 1.0) * options.initial_noise;
        at(row, action) = static_cast<float>(options.initial_value + noise);
      }
    }
  }

  float& at(int row, int action) { return values_[static_cast<std::size_t>(row) * stride_ + action]; }

  /// The greatest value of a row and the lowest action that has it.
  Greedy greedy(int row) const {
    const float* const values = &values_[static_cast<std::size_t>(row) * stride_];
    Greedy best{values[0], 0};
    for (int action = 1; action < action_count_; ++action) {
      const bool is_better = values[action] > best.value;
      best.value = is_better ? values[action] : best.value;
      best.action = is_better ? action : best.action;
    }
    return best;
  }

 private:
  static constexpr int kStride = 8;
  int action_count_;
  int stride_;
  std::vector<float> values_;
};

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
    learnEach(task, std::span(&rng, 1), std::span(&buffer, 1));
  }

  // A step waits for the one before it through three lookups and a maximum, and leaves most of the core idle: the steps
  // of other histories fill the gaps.
  void learnEach(const TabularTask& task, std::span<const Rng> rngs, std::span<HistoryBuffer> buffers) const override {
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
