// SPDX-License-Identifier: GPL-3.0-or-later
// RL²: an LSTM that is trained online on many tasks, across the episodes of a trial, until it learns a new task by what
// it carries in its memory. Sources: Duan et al., "RL²: Fast Reinforcement Learning via Slow Reinforcement Learning",
// 2016 (arXiv 1611.02779); Wang et al., "Learning to Reinforcement Learn", 2016 (arXiv 1611.05763). It sees all that a
// training task pays, as often as it likes, where Algorithm Distillation sees recorded histories: its curve is an upper
// line. Ours: synchronous advantage actor-critic (they: A3C, TRPO), and the gradient reaches back over one unroll only.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/base/rng.h"
#include "core/env/environment.h"
#include "core/meta/rl2_options.h"
#include "core/meta/trial_streams.h"
#include "core/model/sequence_model.h"
#include "core/train/training_loop.h"

namespace limbeck {

/// What an update of RL² came to, beside its loss and gradient.
struct Rl2Metrics {
  std::optional<double> mean_return;  ///< of the episodes that ended in it
  double policy_loss = 0.0;
  double value_loss = 0.0;
  double entropy = 0.0;  ///< nats
};

class Rl2Learner final : public StepLearner {
 public:
  /// Trains `model`, made for rl2Architecture, on `tasks` of `environment`; both must outlive it.
  Rl2Learner(SequenceModel& model, const Environment& environment, std::vector<TaskId> tasks, const Rl2Options& options,
             const Rng& rng);

  const SequenceModel& model() const override { return model_; }
  /// One unroll of every trial, and an update from it. Its tokens are transitions in the environment.
  LearnerStep step(std::int64_t index, double learning_rate) override;
  TensorMap exportState() const override;
  void importState(const TensorMap& state) override;
  std::string tokenName() const override { return "transitions"; }
  std::string detail(const TrainStepResult& result) const override;
  std::string remedy() const override { return "lower rl2.learning_rate"; }

  /// Of the latest step.
  const Rl2Metrics& metrics() const { return metrics_; }

 private:
  /// [steps, streams] of an unroll, and [streams] of what follows it.
  struct Unroll {
    std::vector<std::uint8_t> actions, trial_ends;
    std::vector<float> rewards, values, advantages, returns;
    std::vector<float> last_values;
  };

  void play();

  SequenceModel& model_;
  Rl2Options options_;
  TrialStreams streams_;
  std::unique_ptr<OnlineLearner> learner_;
  Unroll unroll_;
  std::vector<float> log_probabilities_;  ///< [streams, action_count]
  Rl2Metrics metrics_;
};

}  // namespace limbeck
