// SPDX-License-Identifier: GPL-3.0-or-later
// Noise-annealed oracle (AD^eps): histories without reinforcement learning. With probability epsilon the action is
// uniform over all actions, otherwise it is the oracle's; epsilon falls linearly per step from 1 to 0, and the last
// part is played clean. Source: Zisman et al., "Emergence of In-Context Reinforcement Learning from Noise
// Distillation", ICML 2024 (arXiv 2312.12275). Ours: an episode that ends early counts its full horizon towards the
// schedule, so that the clean share is a share of the episodes whatever the task. Reads clean_share.
#include "core/env/table_stepper.h"
#include "core/source/algorithms.h"
#include "core/source/history_recorder.h"
#include "core/source/noise_schedule.h"
#include "core/source/oracle_plan.h"

namespace limbeck {
namespace {

class NoisyOracle final : public SourceAlgorithm {
 public:
  explicit NoisyOracle(const SourceOptions& options) : options_(options) {}

  void learn(const TabularTask& task, const Rng& rng, HistoryBuffer& buffer) const override {
    play(task, OraclePlan(task), rng, buffer);
  }

  /// One plan does for all histories of a task.
  void learnEach(const TabularTask& task, std::span<const Rng> rngs, std::span<HistoryBuffer> buffers,
                 LearningWatch*) const override {
    const OraclePlan plan(task);
    for (std::size_t i = 0; i < rngs.size(); ++i) play(task, plan, rngs[i], buffers[i]);
  }

 private:
  void play(const TabularTask& task, const OraclePlan& plan, const Rng& rng, HistoryBuffer& buffer) const {
    Rng draws = rng.split("steps");
    HistoryRecorder recorder(task, options_.episodes, buffer);
    TableStepper stepper(task);
    const double total = static_cast<double>(options_.episodes) * task.spec.horizon;
    for (int episode = 0; episode < options_.episodes; ++episode) {
      stepper.reset(draws);
      End end = End::None;
      while (end == End::None) {
        const int state = stepper.state();
        const int steps = stepper.steps();
        const double position = static_cast<double>(episode) * task.spec.horizon + steps;
        const double epsilon = annealed(1.0, 0.0, 1.0 - options_.clean_share, position, total);
        const NoisyChoice choice{draws.next()};
        const bool is_random = choice.isRandom(probabilityThreshold(epsilon));
        const int count = is_random ? task.spec.action_count : plan.choices(steps, state);
        const auto chosen = static_cast<int>(choice.below(static_cast<std::uint32_t>(count)));
        const Action action = is_random ? static_cast<Action>(chosen) : plan.action(steps, state, chosen);
        const TableStepper::Outcome outcome = stepper.step(action, draws);
        recorder.record(state, action, outcome.reward, outcome.end);
        end = outcome.end;
      }
    }
    recorder.finish();
  }

  SourceOptions options_;
};

}  // namespace

std::unique_ptr<SourceAlgorithm> makeNoisyOracle(const SourceOptions& options) {
  return std::make_unique<NoisyOracle>(options);
}

std::unique_ptr<SourceAlgorithm> makeOracle(const SourceOptions& options) {
  SourceOptions clean = options;
  clean.clean_share = 1.0;  // the oracle is the noisy one without its noise
  return std::make_unique<NoisyOracle>(clean);
}

}  // namespace limbeck
