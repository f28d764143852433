// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/rng.h"
#include "core/env/environment.h"
#include "core/env/table_stepper.h"
#include "core/model/tensor_file.h"
#include "core/model/token_columns.h"

namespace limbeck {

/// Many streams of trials: a trial is some episodes of one task in a row, then the stream draws its next task,
/// uniformly from all, and nothing is remembered. The first trials are cut short, each stream's by another share, so
/// that streams are at all times spread over the length of a trial and no update sees beginnings only.
///
/// Every draw of a step comes from streams of random numbers that `beginUnroll` splits anew: where an unroll begins,
/// all there is to keep fits a few numbers a stream. `environment` must outlive it. Not thread-safe.
class TrialStreams {
 public:
  TrialStreams(const Environment& environment, std::vector<TaskId> tasks, int streams, int episodes_per_trial,
               const Rng& rng);

  int streams() const { return static_cast<int>(places_.size()); }

  /// Before the first step, and wherever the state may be kept.
  void beginUnroll(std::int64_t index);

  /// What every stream sees before its next step.
  TokenColumns tokens() const { return {observations_, previous_actions_, previous_rewards_, previous_ends_}; }
  /// [streams]: 1 where that is the first moment of a trial.
  std::span<const std::uint8_t> begins() const { return begins_; }
  /// Draws an action for every stream from `log_probabilities` [streams, action_count].
  void drawActions(std::span<const float> log_probabilities, std::span<std::uint8_t> actions);
  /// Takes a step in every stream and writes what it paid and whether it was its trial's last, [streams].
  void step(std::span<const std::uint8_t> actions, std::span<float> rewards, std::span<std::uint8_t> trial_ends);

  /// Mean return of the episodes that ended since it was last asked; empty when none did.
  std::optional<double> takeMeanReturn();

  /// Only where an unroll begins: [streams, 9].
  Tensor exportState() const;
  /// Throws Error(Corrupt) for what is of another shape or names what does not exist.
  void importState(const Tensor& state);

 private:
  struct Place {
    std::int32_t trial = 0;  ///< counted from 0
    int episodes_done = 0;   ///< in this trial
    float episode_return = 0.0F;
    TabularTask task;
    std::optional<TableStepper> stepper;  ///< of `task`
  };

  TaskId drawTask(std::size_t stream, std::int32_t trial) const;
  void beginTrial(std::size_t stream);
  void setTask(std::size_t stream);
  void endEpisode(std::size_t stream);
  void see(std::size_t stream);

  const Environment& environment_;
  std::vector<TaskId> tasks_;
  int episodes_per_trial_;
  Rng rng_;
  std::vector<Place> places_;
  std::vector<Rng> action_rngs_;       ///< [streams]
  std::vector<Rng> environment_rngs_;  ///< [streams]
  std::vector<std::uint8_t> observations_;
  std::vector<std::uint8_t> previous_actions_;
  std::vector<float> previous_rewards_;
  std::vector<std::uint8_t> previous_ends_;
  std::vector<std::uint8_t> begins_;
  double return_sum_ = 0.0;
  std::int64_t return_count_ = 0;
};

}  // namespace limbeck
