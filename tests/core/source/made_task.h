// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/env/tabular_task.h"
#include "core/source/source_algorithm.h"

namespace limbeck {

/// A corridor of `cells`: action `right` moves right, `right - 1` moves left, all others stay; the last cell pays on
/// every step that arrives there or stays. The episode begins at the left end.
inline TabularTask corridor(int cells, int horizon, int action_count, int right) {
  TabularTask task;
  task.spec = {.observation_classes = {cells}, .action_count = action_count, .horizon = horizon};
  task.state_count = cells;
  for (int cell = 0; cell < cells; ++cell) {
    for (int action = 0; action < action_count; ++action) {
      const int move = action == right ? 1 : action == right - 1 ? -1 : 0;
      const int next = std::clamp(cell + move, 0, cells - 1);
      task.next_state.push_back(static_cast<std::uint16_t>(next));
      task.reward.push_back(next == cells - 1 ? 1.0F : 0.0F);
    }
    task.observation.push_back(static_cast<std::uint8_t>(cell));
  }
  task.terminal.assign(static_cast<std::size_t>(cells), 0);
  task.start_states = {0};
  return task;
}

/// The return of each episode in order.
inline std::vector<double> episodeReturns(const HistoryBuffer& history) {
  std::vector<double> returns;
  double sum = 0.0;
  for (std::size_t row = 0; row < history.actions.size(); ++row) {
    sum += static_cast<double>(history.rewards[row]);
    if (history.ends[row] == End::None) continue;
    returns.push_back(sum);
    sum = 0.0;
  }
  return returns;
}

}  // namespace limbeck
