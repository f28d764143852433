// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/generation_progress.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace limbeck {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(50);
constexpr auto kBusy = std::numeric_limits<std::chrono::steady_clock::rep>::max();

}  // namespace

GenerationProgress::GenerationProgress(std::int64_t histories_total, int episodes, Callback on_progress)
    : histories_total_(histories_total),
      on_progress_(std::move(on_progress)),
      next_due_((begin_ + kInterval).time_since_epoch().count()),
      return_sums_(static_cast<std::size_t>(episodes), 0.0) {}

void GenerationProgress::add(const FinishedHistory& history, WorkControl& control) {
  const TransitionColumns& columns = history.columns;
  {
    const std::scoped_lock lock(mutex_);
    std::size_t episode = 0;
    double sum = 0.0;
    for (std::int64_t row = 0; row < columns.rows(); ++row) {
      sum += static_cast<double>(columns.rewards[row]);
      if (columns.ends[row] == End::None) continue;
      if (episode < return_sums_.size()) return_sums_[episode] += sum;
      ++episode;
      sum = 0.0;
    }
    ++histories_done_;
    transitions_ += columns.rows();
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
