// SPDX-License-Identifier: GPL-3.0-or-later
// The uniform-random policy, the floor of every comparison. It reads no options but the number of episodes.
#include "core/env/table_stepper.h"
#include "core/source/algorithms.h"
#include "core/source/history_recorder.h"

namespace limbeck {
namespace {

class RandomSource final : public SourceAlgorithm {
 public:
  explicit RandomSource(const SourceOptions& options) : episodes_(options.episodes) {}

  void learn(const TabularTask& task, const Rng& rng, HistoryBuffer& buffer) const override {
    Rng draws = rng.split("steps");
    HistoryRecorder recorder(task, episodes_, buffer);
    TableStepper stepper(task);
    for (int episode = 0; episode < episodes_; ++episode) {
      stepper.reset(draws);
      End end = End::None;
      while (end == End::None) {
        const int state = stepper.state();
        const auto action = static_cast<Action>(draws.below(static_cast<std::uint32_t>(task.spec.action_count)));
        const TableStepper::Outcome outcome = stepper.step(action, draws);
        recorder.record(state, action, outcome.reward, outcome.end);
        end = outcome.end;
      }
    }
    recorder.finish();
  }

 private:
  int episodes_;
};

}  // namespace

std::unique_ptr<SourceAlgorithm> makeRandomSource(const SourceOptions& options) {
  return std::make_unique<RandomSource>(options);
}

}  // namespace limbeck
