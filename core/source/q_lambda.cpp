// SPDX-License-Identifier: GPL-3.0-or-later
// Tabular Q(lambda) as Watkins has it (Watkins 1989; Sutton and Barto, 2nd edition, section 12.10): what a step teaches
// goes back along the way that led there, by a factor of discount * trace_decay a step, as far as all actions on it
// were greedy. With trace_decay = 0 it is Q-learning. Traces are replaced, not added up (Singh and Sutton 1996): a
// state that is visited again and again would otherwise be moved by more than the whole error. Ours: an action counts
// as greedy when its value is the greatest at the moment it is chosen; traces below kLeastTrace are forgotten, because
// they move nothing in single precision; an episode that the horizon cut bootstraps from where it was cut, as in
// q_learning. Reads learning_rate, discount, initial_*, epsilon_*, observes_state and trace_decay.
#include <algorithm>
#include <vector>

#include "core/env/table_stepper.h"
#include "core/source/action_values.h"
#include "core/source/algorithms.h"
#include "core/source/history_recorder.h"
#include "core/source/noise_schedule.h"

namespace limbeck {
namespace {

constexpr float kLeastTrace = 1e-7F;

/// The traces that are not zero. They all fade alike, so they stand in the order of their age, the newest last.
class Traces {
 public:
  /// The value that was just used: its trace is 1 from now on, whatever it was.
  void begin(float* value) {
    std::erase_if(entries_, [value](const Entry& entry) { return entry.value == value; });
    entries_.push_back({value, 1.0F});
  }
  /// Moves every value by `step` times its trace, and lets the traces fade.
  void learn(float step, float decay) {
    for (Entry& entry : entries_) {
      *entry.value += step * entry.trace;
      entry.trace *= decay;
    }
    const auto lasting = std::ranges::find_if(entries_, [](const Entry& e) { return e.trace >= kLeastTrace; });
    entries_.erase(entries_.begin(), lasting);
  }
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    float* value = nullptr;
    float trace = 0.0F;
  };
  std::vector<Entry> entries_;
};

/// One history on its way.
class Learner {
 public:
  Learner(const TabularTask& task, const SourceOptions& options, const Rng& rng, HistoryBuffer& buffer)
      : options_(options),
        rows_(rowsOfStates(task, options.observes_state)),
        action_count_(task.spec.action_count),
        learning_rate_(static_cast<float>(options.learning_rate)),
        discount_(static_cast<float>(options.discount)),
        fading_(static_cast<float>(options.discount * options.trace_decay)),
        draws_(rng.split("steps")),
        values_(task, options, rng.split("initial_values")),
        recorder_(task, options.episodes, buffer),
        stepper_(task) {}

  void learn() {
    for (int episode = 0; episode < options_.episodes; ++episode) {
      threshold_ = probabilityThreshold(
          annealed(options_.epsilon_start, options_.epsilon_end, options_.epsilon_share, episode, options_.episodes));
      stepper_.reset(draws_);
      traces_.clear();
      while (step() == End::None) {
      }
    }
    recorder_.finish();
  }

 private:
  int row() const { return rows_[static_cast<std::size_t>(stepper_.state())]; }

  End step() {
    const int state = stepper_.state();
    const int from = row();
    const Greedy best = values_.greedy(from);
    const NoisyChoice choice{draws_.next()};
    const auto action = static_cast<Action>(choice.pick(threshold_, action_count_, best.action));
    float& value = values_.at(from, action);
    // What came before led to the greedy action's value, not to this one's.
    if (value < best.value) traces_.clear();
    const TableStepper::Outcome outcome = stepper_.step(action, draws_);
    recorder_.record(state, action, outcome.reward, outcome.end);
    const float bootstrap = outcome.end == End::Terminated ? 0.0F : values_.greedy(row()).value;
    const float error = outcome.reward + discount_ * bootstrap - value;
    traces_.begin(&value);
    traces_.learn(learning_rate_ * error, fading_);
    return outcome.end;
  }

  const SourceOptions& options_;
  std::vector<std::uint16_t> rows_;
  int action_count_;
  float learning_rate_;
  float discount_;
  float fading_;  ///< of the traces, a step
  Rng draws_;
  ActionValues values_;
  HistoryRecorder recorder_;
  TableStepper stepper_;
  Traces traces_;
  std::uint64_t threshold_ = 0;
};

class QLambda final : public SourceAlgorithm {
 public:
  explicit QLambda(const SourceOptions& options) : options_(options) {}

  void learn(const TabularTask& task, const Rng& rng, HistoryBuffer& buffer) const override {
    Learner(task, options_, rng, buffer).learn();
  }

 private:
  SourceOptions options_;
};

}  // namespace

std::unique_ptr<SourceAlgorithm> makeQLambda(const SourceOptions& options) {
  return std::make_unique<QLambda>(options);
}

}  // namespace limbeck
