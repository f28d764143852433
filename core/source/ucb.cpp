// SPDX-License-Identifier: GPL-3.0-or-later
// UCB1: pulls the arm with the greatest mean + c * sqrt(ln t / n), where t counts all pulls and n those of the arm,
// each arm once first; of equal ones the first. Source: Auer, Cesa-Bianchi and Fischer, "Finite-time Analysis of the
// Multiarmed Bandit Problem", Machine Learning 47, 2002, after Lai and Robbins, "Asymptotically efficient adaptive
// allocation rules", 1985; there c is sqrt(2). What it earns in few pulls depends strongly on c, which papers that use
// it as a source do not always say. Reads exploration. Every step is a pull, so only a task of one state suits it.
#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "core/base/error.h"
#include "core/env/table_stepper.h"
#include "core/source/algorithms.h"
#include "core/source/history_recorder.h"

namespace limbeck {
namespace {

/// What is known of the arms.
class Arms {
 public:
  Arms(int count, double exploration)
      : exploration_(exploration), pulls_(static_cast<std::size_t>(count)), sums_(static_cast<std::size_t>(count)) {}

  int choose() const {
    if (total_ < static_cast<std::int64_t>(pulls_.size())) return static_cast<int>(total_);
    const double log_total = std::log(static_cast<double>(total_));
    int best = 0;
    double best_bound = 0.0;
    for (std::size_t arm = 0; arm < pulls_.size(); ++arm) {
      const double bound = sums_[arm] / pulls_[arm] + exploration_ * std::sqrt(log_total / pulls_[arm]);
      if (arm > 0 && bound <= best_bound) continue;
      best = static_cast<int>(arm);
      best_bound = bound;
    }
    return best;
  }

  void add(int arm, double reward) {
    ++pulls_[static_cast<std::size_t>(arm)];
    sums_[static_cast<std::size_t>(arm)] += reward;
    ++total_;
  }

 private:
  double exploration_;
  std::int64_t total_ = 0;
  std::vector<double> pulls_;
  std::vector<double> sums_;
};

class Ucb final : public SourceAlgorithm {
 public:
  explicit Ucb(const SourceOptions& options) : options_(options) {}

  void requireSuits(const TabularTask& task) const override {
    if (task.state_count == 1) return;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("source.algorithm \"ucb\" plays bandits, tasks of one state, but this task has {} states; "
                            "choose an environment such as \"bandit\", or a source such as \"q_learning\"",
                            task.state_count));
  }

  void learn(const TabularTask& task, const Rng& rng, HistoryBuffer& buffer) const override {
    requireSuits(task);
    Rng draws = rng.split("steps");
    HistoryRecorder recorder(task, options_.episodes, buffer);
    TableStepper stepper(task);
    Arms arms(task.spec.action_count, options_.exploration);
    for (int episode = 0; episode < options_.episodes; ++episode) {
      stepper.reset(draws);
      End end = End::None;
      while (end == End::None) {
        const int state = stepper.state();
        const int arm = arms.choose();
        const TableStepper::Outcome outcome = stepper.step(static_cast<Action>(arm), draws);
        arms.add(arm, static_cast<double>(outcome.reward));
        recorder.record(state, static_cast<Action>(arm), outcome.reward, outcome.end);
        end = outcome.end;
      }
    }
    recorder.finish();
  }

 private:
  SourceOptions options_;
};

}  // namespace

std::unique_ptr<SourceAlgorithm> makeUcb(const SourceOptions& options) {
  return std::make_unique<Ucb>(options);
}

}  // namespace limbeck
