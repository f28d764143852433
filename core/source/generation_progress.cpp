// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/generation_progress.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "core/data/episode_scan.h"

namespace limbeck {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(50);
constexpr auto kBusy = std::numeric_limits<std::chrono::steady_clock::rep>::max();

/// Four sums side by side: one alone would wait for itself at every addition, and this looks at every transition.
double sumOf(std::span<const float> values) {
  std::array<double, 4> sums = {};
  std::size_t i = 0;
  for (; i + sums.size() <= values.size(); i += sums.size()) {
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += static_cast<double>(values[i + k]);
  }
  for (; i < values.size(); ++i) sums[0] += static_cast<double>(values[i]);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// The returns of the first `most` whole episodes.
std::vector<double> episodeReturns(const TransitionColumns& columns, std::size_t most) {
  std::vector<double> returns;
  returns.reserve(most);
  std::size_t begin = 0;
  while (returns.size() < most) {
    const std::size_t end = nextEnd(columns.ends, begin);
    if (end == columns.ends.size()) break;
    returns.push_back(sumOf(columns.rewards.subspan(begin, end + 1 - begin)));
    begin = end + 1;
  }
  return returns;
}

}  // namespace

GenerationProgress::GenerationProgress(std::int64_t histories_total, int episodes, Callback on_progress)
    : histories_total_(histories_total),
      on_progress_(std::move(on_progress)),
      next_due_((begin_ + kInterval).time_since_epoch().count()),
      return_sums_(static_cast<std::size_t>(episodes), 0.0) {}

void GenerationProgress::add(const FinishedHistory& history, WorkControl& control) {
  const std::vector<double> returns = episodeReturns(history.columns, return_sums_.size());
  {
    const std::scoped_lock lock(mutex_);
    for (std::size_t episode = 0; episode < returns.size(); ++episode) return_sums_[episode] += returns[episode];
    ++histories_done_;
    transitions_ += history.columns.rows();
  }
  // Whoever finds the time due takes the turn by putting the next one out of reach until it has told.
  auto due = next_due_.load();
  if (Clock::now().time_since_epoch().count() < due || !next_due_.compare_exchange_strong(due, kBusy)) return;
  tell(control, &history);
  next_due_ = (Clock::now() + kInterval).time_since_epoch().count();
}

void GenerationProgress::publish(WorkControl& control) {
  tell(control, nullptr);
}

GenerationSnapshot GenerationProgress::snapshot() {
  const std::scoped_lock lock(mutex_);
  GenerationSnapshot snapshot{
      .histories_done = histories_done_, .transitions = transitions_, .mean_returns = return_sums_};
  for (double& value : snapshot.mean_returns) value /= static_cast<double>(std::max<std::int64_t>(histories_done_, 1));
  return snapshot;
}

void GenerationProgress::tell(WorkControl& control, const FinishedHistory* newest) {
  GenerationSnapshot now = snapshot();
  now.newest = newest;
  const std::chrono::duration<double> elapsed = Clock::now() - begin_;
  control.report({.what = "histories",
                  .done = now.histories_done,
                  .total = histories_total_,
                  .rate = static_cast<double>(now.transitions) / std::max(elapsed.count(), 1e-9),
                  .rate_unit = "transitions",
                  .detail = {}});
  if (on_progress_) on_progress_(now);
}

}  // namespace limbeck
