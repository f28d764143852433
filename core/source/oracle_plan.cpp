// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/oracle_plan.h"

#include <algorithm>
#include <cmath>

namespace limbeck {
namespace {

// Rewards are few and small numbers; anything closer than this is the same sum in another order.
constexpr double kTolerance = 1e-9;

// More steps than any way through a task has.
constexpr int kNever = 1 << 30;

/// What an action is worth, in the order of the three criteria.
struct Worth {
  double total = 0.0;   ///< undiscounted return in the steps left
  double sooner = 0.0;  ///< each reward times the steps left when it is paid
  int steps_to_reward = 0;
};

/// -1, 0 or 1 as `left` is worse than, equal to or better than `right`.
int compare(const Worth& left, const Worth& right) {
  const double total = left.total - right.total;
  if (std::abs(total) > kTolerance * (1.0 + std::abs(right.total))) return total < 0.0 ? -1 : 1;
  const double sooner = left.sooner - right.sooner;
  if (std::abs(sooner) > kTolerance * (1.0 + std::abs(right.sooner))) return sooner < 0.0 ? -1 : 1;
  if (left.steps_to_reward == right.steps_to_reward) return 0;
  return left.steps_to_reward > right.steps_to_reward ? -1 : 1;
}

/// Steps until the next positive reward after each (state, action), this step counted: sweeps until nothing gets
/// shorter.
std::vector<int> stepsToReward(const TabularTask& task) {
  const auto action_count = static_cast<std::size_t>(task.spec.action_count);
  std::vector<int> of_state(static_cast<std::size_t>(task.state_count), kNever);
  std::vector<int> of_entry(task.next_state.size(), kNever);
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (std::size_t entry = 0; entry < of_entry.size(); ++entry) {
      const std::size_t next = task.next_state[entry];
      const int after = task.reward[entry] > 0.0F ? 0 : task.terminal[next] != 0 ? kNever : of_state[next];
      of_entry[entry] = std::min(after + 1, kNever);
      int& best = of_state[entry / action_count];
      if (of_entry[entry] >= best) continue;
      best = of_entry[entry];
      has_changed = true;
    }
  }
  return of_entry;
}

/// Whether further steps change no choice, seen from what the states are worth with a number of steps left (`now`) and
/// with one less (`before`). They do not when the last step made every state worth the same amount more: from there on
/// all totals rise by this amount a step, `sooner` of every action rises by the action's total, and so what is equal
/// stays equal and what is better stays better. Where an episode can end, only an amount of 0 will do, because what
/// lies after the end rises by nothing. Exact comparison: where sums are rounded the answer may be no, never a wrong
/// yes.
bool isSettled(const std::vector<Worth>& now, const std::vector<Worth>& before, bool can_end) {
  const double gain = now.front().total - before.front().total;
  if (can_end && gain != 0.0) return false;
  for (std::size_t state = 0; state < now.size(); ++state) {
    if (now[state].total - before[state].total != gain) return false;
    if (now[state].sooner != before[state].sooner + now[state].total) return false;
  }
  return true;
}

}  // namespace

OraclePlan::OraclePlan(const TabularTask& task)
    : action_count_(task.spec.action_count), state_count_(task.state_count), horizon_(task.spec.horizon) {
  const std::vector<int> steps_to_reward = stepsToReward(task);
  std::vector<Worth> later(static_cast<std::size_t>(state_count_));
  std::vector<Worth> now(later.size());
  const bool can_end = std::ranges::any_of(task.terminal, [](std::uint8_t ends) { return ends != 0; });
  for (bool is_settled = false; planned_ < horizon_ && !is_settled;) {
    const int steps_left = ++planned_;
    counts_.resize(counts_.size() + later.size());
    actions_.resize(counts_.size() * static_cast<std::size_t>(action_count_));
    for (int state = 0; state < state_count_; ++state) {
      const std::size_t at = place(horizon_ - steps_left, state);
      Worth sum;
      for (int action = 0; action < action_count_; ++action) {
        const std::size_t entry = static_cast<std::size_t>(state) * action_count_ + action;
        const std::size_t next = task.next_state[entry];
        Worth worth = task.terminal[next] != 0 ? Worth{} : later[next];
        worth.total += task.reward[entry];
        worth.sooner += static_cast<double>(task.reward[entry]) * steps_left;
        worth.steps_to_reward = steps_to_reward[entry];
        const int order = action == 0 ? 1 : compare(worth, now[state]);
        if (order > 0) {
          now[state] = worth;
          counts_[at] = 0;
        }
        if (order >= 0)
          actions_[at * static_cast<std::size_t>(action_count_) + counts_[at]++] = static_cast<Action>(action);
        sum.total += worth.total;
        sum.sooner += worth.sooner;
      }
      // Slipping takes the same share from every action, so the order stands; only what the state is worth is less.
      if (!task.slip.empty()) {
        const double slip = static_cast<double>(task.slip[state]);
        now[state].total += slip * (sum.total / action_count_ - now[state].total);
        now[state].sooner += slip * (sum.sooner / action_count_ - now[state].sooner);
      }
    }
    is_settled = isSettled(now, later, can_end);
    std::swap(now, later);
  }
}

}  // namespace limbeck
