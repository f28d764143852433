// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/reference_returns.h"

#include <algorithm>

namespace limbeck {
namespace {

/// What `action` in `state` is worth when `values` holds what every state is worth afterwards.
double actionValue(const TabularTask& task, const std::vector<double>& values, int state, int action) {
  const std::size_t entry = static_cast<std::size_t>(state) * task.spec.action_count + action;
  const int next = task.next_state[entry];
  return task.reward[entry] + (task.terminal[next] != 0 ? 0.0 : values[next]);
}

double bestActionValue(const TabularTask& task, const std::vector<double>& values, int state) {
  double best = actionValue(task, values, state, 0);
  for (int action = 1; action < task.spec.action_count; ++action) {
    best = std::max(best, actionValue(task, values, state, action));
  }
  return best;
}

/// The lowest of the actions that are worth `best_value`, which came from the same sums and is met exactly.
Action firstActionWorth(const TabularTask& task, const std::vector<double>& values, int state, double best_value) {
  int action = 0;
  while (actionValue(task, values, state, action) != best_value) ++action;
  return static_cast<Action>(action);
}

double meanActionValue(const TabularTask& task, const std::vector<double>& values, int state) {
  double sum = 0.0;
  for (int action = 0; action < task.spec.action_count; ++action) sum += actionValue(task, values, state, action);
  return sum / task.spec.action_count;
}

/// What `state` is worth to a policy whose choice there is worth `chosen`: slipping replaces its share of choices.
double afterSlipping(const TabularTask& task, const std::vector<double>& values, int state, double chosen) {
  if (task.slip.empty() || task.slip[state] == 0.0F) return chosen;
  return chosen + static_cast<double>(task.slip[state]) * (meanActionValue(task, values, state) - chosen);
}

double meanOverStarts(const TabularTask& task, const std::vector<double>& values) {
  double sum = 0.0;
  for (const std::uint16_t state : task.start_states) sum += values[state];
  return sum / static_cast<double>(task.start_states.size());
}

/// The value of every state with the whole horizon to go, by backward induction; `backUp(values, state, steps_done)` is
/// one step of it.
template <typename BackUp>
std::vector<double> induceBackwards(const TabularTask& task, BackUp backUp) {
  std::vector<double> values(task.state_count, 0.0);
  std::vector<double> earlier(task.state_count, 0.0);
  for (int steps_done = task.spec.horizon - 1; steps_done >= 0; --steps_done) {
    for (int state = 0; state < task.state_count; ++state) earlier[state] = backUp(values, state, steps_done);
    values.swap(earlier);
  }
  return values;
}

}  // namespace

ReferenceReturns computeReferenceReturns(const TabularTask& task) {
  const std::vector<double> optimal = induceBackwards(task, [&](const std::vector<double>& values, int state, int) {
    return afterSlipping(task, values, state, bestActionValue(task, values, state));
  });
  const std::vector<double> random = induceBackwards(
      task, [&](const std::vector<double>& values, int state, int) { return meanActionValue(task, values, state); });
  return {meanOverStarts(task, optimal), meanOverStarts(task, random)};
}

std::vector<Action> computeOptimalActions(const TabularTask& task) {
  std::vector<Action> actions(static_cast<std::size_t>(task.spec.horizon) * task.state_count);
  induceBackwards(task, [&](const std::vector<double>& values, int state, int steps_done) {
    const double best = bestActionValue(task, values, state);
    actions[static_cast<std::size_t>(steps_done) * task.state_count + state] =
        firstActionWorth(task, values, state, best);
    return afterSlipping(task, values, state, best);
  });
  return actions;
}

}  // namespace limbeck
