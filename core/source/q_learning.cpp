// SPDX-License-Identifier: GPL-3.0-or-later
// Tabular Q-learning (Watkins 1989; Sutton and Barto, 2nd edition, section 6.5), epsilon-greedy with epsilon falling
// linearly by episode, one update a step. Reads learning_rate, discount, initial_*, epsilon_* and observes_state. An
// episode that the horizon cut bootstraps from where it was cut: the task itself went on. One that the task ended does
// not. Source of the defaults: our own trials; epsilon falling over most of the history gives a smooth learning curve
// to distil.
#include <map>
#include <string>
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
  ActionValues(int rows, int action_count, const SourceOptions& options, Rng& rng)
      : action_count_(action_count),
        stride_((action_count + kStride - 1) / kStride * kStride),
        values_(static_cast<std::size_t>(rows) * stride_) {
    for (int row = 0; row < rows; ++row) {
      for (int action = 0; action < action_count; ++action) {
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

class QLearning final : public SourceAlgorithm {
 public:
  explicit QLearning(const SourceOptions& options) : options_(options) {}

  void learn(const TabularTask& task, const Rng& rng, HistoryBuffer& buffer) const override {
    Rng initial = rng.split("initial_values");
    Rng draws = rng.split("steps");
    const std::vector<std::uint16_t> rows = rowsOfStates(task, options_.observes_state);
    ActionValues values(task.state_count, task.spec.action_count, options_, initial);
    HistoryRecorder recorder(task, options_.episodes, buffer);
    TableStepper stepper(task);
    for (int episode = 0; episode < options_.episodes; ++episode) {
      const double epsilon =
          annealed(options_.epsilon_start, options_.epsilon_end, options_.epsilon_share, episode, options_.episodes);
      playEpisode(stepper, rows, probabilityThreshold(epsilon), values, draws, recorder, task.spec.action_count);
    }
    recorder.finish();
  }

 private:
  void playEpisode(TableStepper& stepper, const std::vector<std::uint16_t>& rows, std::uint64_t threshold,
                   ActionValues& values, Rng& draws, HistoryRecorder& recorder, int action_count) const {
    const auto learning_rate = static_cast<float>(options_.learning_rate);
    const auto discount = static_cast<float>(options_.discount);
    int state = stepper.reset(draws);
    int row = rows[state];
    Greedy best = values.greedy(row);
    End end = End::None;
    while (end == End::None) {
      const NoisyChoice choice{draws.next()};
      const int random_action = static_cast<int>(choice.below(static_cast<std::uint32_t>(action_count)));
      const auto action = static_cast<Action>(choice.isRandom(threshold) ? random_action : best.action);
      const TableStepper::Outcome outcome = stepper.step(action);
      end = outcome.end;
      recorder.record(state, action, outcome.reward, end);
      state = stepper.state();
      const int next_row = rows[state];
      best = values.greedy(next_row);
      const float bootstrap = end == End::Terminated ? 0.0F : best.value;
      float& value = values.at(row, action);
      value += learning_rate * (outcome.reward + discount * bootstrap - value);
      // The update may have changed what is best here.
      if (next_row == row) best = values.greedy(row);
      row = next_row;
    }
  }

  SourceOptions options_;
};

}  // namespace

std::unique_ptr<SourceAlgorithm> makeQLearning(const SourceOptions& options) {
  return std::make_unique<QLearning>(options);
}

}  // namespace limbeck
