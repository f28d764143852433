// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/env/tabular_task.h"
#include "core/source/oracle_plan.h"
#include "core/source/source_algorithm.h"

namespace limbeck {

/// Appends transitions to a HistoryBuffer from an inner loop: room is made once for the longest possible history, so
/// that a step is four plain stores. Call `finish()` at the end; until then the buffer's sizes are not those of the
/// history. Where the buffer has an oracle, its action at every step goes into the buffer's labels: the first of those
/// that are equally good, so that a label depends on the state and the step alone.
class HistoryRecorder {
 public:
  HistoryRecorder(const TabularTask& task, int episodes, HistoryBuffer& buffer)
      : buffer_(buffer),
        observation_table_(task.observation.data()),
        observation_size_(static_cast<std::size_t>(task.spec.observationSize())),
        first_row_(buffer.actions.size()),
        oracle_(buffer.oracle) {
    const std::size_t rows =
        first_row_ + static_cast<std::size_t>(episodes) * static_cast<std::size_t>(task.spec.horizon);
    buffer.observations.resize(rows * observation_size_);
    buffer.actions.resize(rows);
    buffer.rewards.resize(rows);
    buffer.ends.resize(rows);
    if (oracle_ != nullptr) buffer.labels.resize(rows);
    observations_ = buffer.observations.data() + first_row_ * observation_size_;
    actions_ = buffer.actions.data() + first_row_;
    rewards_ = buffer.rewards.data() + first_row_;
    ends_ = buffer.ends.data() + first_row_;
    labels_ = buffer.labels.data() + (oracle_ != nullptr ? first_row_ : 0);
  }

  void record(int state, Action action, float reward, End end) {
    const std::uint8_t* const seen = observation_table_ + static_cast<std::size_t>(state) * observation_size_;
    // Rows and columns of a grid are the usual case, and a copy of fixed size is one load and one store.
    if (observation_size_ == 2) {
      std::copy_n(seen, 2, observations_);
    } else {
      std::copy_n(seen, observation_size_, observations_);
    }
    observations_ += observation_size_;
    actions_[count_] = action;
    rewards_[count_] = reward;
    ends_[count_] = end;
    if (oracle_ != nullptr) [[unlikely]]
      label(state, end);
    ++count_;
  }

  /// Cuts the buffer to what was recorded: episodes may have ended early.
  void finish() {
    const std::size_t rows = first_row_ + count_;
    buffer_.observations.resize(rows * observation_size_);
    buffer_.actions.resize(rows);
    buffer_.rewards.resize(rows);
    buffer_.ends.resize(rows);
    if (oracle_ != nullptr) buffer_.labels.resize(rows);
  }

 private:
  void label(int state, End end) {
    labels_[count_] = oracle_->action(steps_, state, 0);
    steps_ = end == End::None ? steps_ + 1 : 0;
  }

  HistoryBuffer& buffer_;
  const std::uint8_t* observation_table_;
  std::size_t observation_size_;
  std::size_t first_row_;
  std::size_t count_ = 0;
  std::uint8_t* observations_;
  Action* actions_;
  float* rewards_;
  End* ends_;
  const OraclePlan* oracle_;
  Action* labels_;
  int steps_ = 0;  // taken in this episode; counted for the oracle only
};

}  // namespace limbeck
