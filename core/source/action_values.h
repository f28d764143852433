// SPDX-License-Identifier: GPL-3.0-or-later
// What the tabular learners share: which row of the table a state reads, and the table of action values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/rng.h"
#include "core/env/tabular_task.h"
#include "core/source/source_algorithm.h"

namespace limbeck {

/// Which row of the table each state reads and writes: its own, or one that all states share that look alike, numbered
/// in the order of their first state.
std::vector<std::uint16_t> rowsOfStates(const TabularTask& task, bool observes_state);

struct Greedy {
  float value = 0.0F;
  int action = 0;
};

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

}  // namespace limbeck
