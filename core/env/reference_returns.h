// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/env/tabular_task.h"

namespace limbeck {

/// Exact expected undiscounted returns of one task from its start distribution.
struct ReferenceReturns {
  double optimal = 0.0;  ///< by finite-horizon dynamic programming
  double random = 0.0;   ///< of the policy that draws every action uniformly
};

/// O(horizon * states * actions).
ReferenceReturns computeReferenceReturns(const TabularTask& task);

/// Greedy finite-horizon actions: [horizon, state_count], entry (t, s) = an optimal action with horizon - t steps to
/// go. Ties are broken towards the lowest action number.
std::vector<Action> computeOptimalActions(const TabularTask& task);

}  // namespace limbeck
