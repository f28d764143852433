// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/generation_progress.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "core/data/episode_scan.h"

namespace limbeck {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(50);

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

/// Tells `totals` of the first `most` whole episodes.
void countEpisodes(const TransitionColumns& columns, int most, LearningTally& totals) {
  std::size_t begin = 0;
  for (int episode = 0; episode < most; ++episode) {
    const std::size_t end = nextEnd(columns.ends, begin);
    if (end == columns.ends.size()) break;
    const std::size_t steps = end + 1 - begin;
    totals.addEpisode(episode, sumOf(columns.rewards.subspan(begin, steps)), static_cast<int>(steps));
    begin = end + 1;
  }
}

}  // namespace

GenerationProgress::GenerationProgress(std::int64_t histories_total, int episodes, Callback on_progress)
    : histories_total_(histories_total),
      episodes_(episodes),
      on_progress_(std::move(on_progress)),
      next_due_((begin_ + kInterval).time_since_epoch().count()),
      next_history_due_(begin_.time_since_epoch().count()),  // who watches need not wait for the first one
      totals_(episodes) {}

void GenerationProgress::add(const FinishedHistory& history, WorkControl& control) {
  LearningTally news(episodes_);
  countEpisodes(history.columns, episodes_, news);
  count(news);
  tellIfDue(control, &history);
}

void GenerationProgress::add(LearningTally& news, WorkControl& control) {
  count(news);
  tellIfDue(control, nullptr);
}

void GenerationProgress::count(LearningTally& news) {
  const std::scoped_lock lock(mutex_);
  totals_.take(news);
}

bool GenerationProgress::isDue() const {
  return now() >= next_due_;
}

void GenerationProgress::tellIfDue(WorkControl& control, const FinishedHistory* newest) {
  std::atomic<Clock::rep>& due = newest != nullptr ? next_history_due_ : next_due_;
  if (now() < due || is_telling_.exchange(true)) return;
  if (now() >= due) {  // nobody told in between
    tell(control, newest);
    due = next_due_ = now() + std::chrono::duration_cast<Clock::duration>(kInterval).count();
  }
  is_telling_ = false;
}

void GenerationProgress::publish(WorkControl& control) {
  tell(control, nullptr);
}

GenerationSnapshot GenerationProgress::snapshot() {
  const std::scoped_lock lock(mutex_);
  return {.histories_done = totals_.episodes() / episodes_,
          .transitions = totals_.transitions(),
          .mean_returns = totals_.meanReturns()};
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
