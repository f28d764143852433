// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/scores.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "core/base/check.h"
#include "core/eval/cluster_bootstrap.h"
#include "core/eval/interquartile_mean.h"
#include "core/eval/stream_numbers.h"

namespace limbeck {

LearningCurve summarizeCurve(const std::vector<ScoredEvaluation>& seeds, const BootstrapOptions& options,
                             const Rng& rng) {
  const auto episodes = static_cast<std::size_t>(commonEpisodes(seeds));
  const ClusterTable table = clusterTable(seeds, episodes, [](const StreamCurve& stream, std::span<double> out) {
    std::ranges::copy(stream.returns, out.begin());
  });
  return {bootstrapMeans(table, options, rng)};
}

CurveScores scoreCurve(const std::vector<ScoredEvaluation>& seeds, const std::vector<int>& at_episodes,
                       int last_episodes, const BootstrapOptions& options, const Rng& rng) {
  const int episodes = commonEpisodes(seeds);
  LIMBECK_CHECK(last_episodes > 0, fmt::format("last {} episodes", last_episodes));
  CurveScores scores;
  scores.last_episodes = std::min(last_episodes, episodes);
  for (const int episode : at_episodes) {
    LIMBECK_CHECK(episode > 0, fmt::format("return at episode {}", episode));
    if (episode <= episodes) scores.return_at.emplace_back(episode, Interval{});
  }
  constexpr std::size_t kFixedColumns = 6;
  const auto numbers = [&scores](const StreamCurve& stream, std::span<double> out) {
    const double last = lastMean(stream.returns, scores.last_episodes);
    out[0] = static_cast<double>(stream.returns.front());
    out[1] = last;
    out[2] = normalized(last, stream.reference);
    out[3] = normalized(mean(stream.returns), stream.reference);
    out[4] = episodesToGoodShare(stream);
    out[5] = neverReached(stream.returns) ? 1.0 : 0.0;
    for (std::size_t i = 0; i < scores.return_at.size(); ++i) {
      out[kFixedColumns + i] = trailingMean(stream.returns, scores.return_at[i].first, kReturnAtWindow);
    }
  };
  const ClusterTable table = clusterTable(seeds, kFixedColumns + scores.return_at.size(), numbers);
  const std::vector<Interval> intervals = bootstrapMeans(table, options, rng);
  // Per task and seed, of the columns "last" and "normalised last"; the other scores are no performance to trim.
  const std::vector<Interval> interquartile = bootstrapInterquartileMeans(table, {1, 2}, options, rng);
  scores.interquartile_last_returns = interquartile[0];
  scores.interquartile_normalized_last = interquartile[1];
  scores.first_return = intervals[0];
  scores.last_returns = intervals[1];
  scores.normalized_last = intervals[2];
  scores.area_under_curve = intervals[3];
  scores.episodes_to_80_percent = intervals[4];
  scores.never_reached_share = intervals[5];
  for (std::size_t i = 0; i < scores.return_at.size(); ++i) scores.return_at[i].second = intervals[kFixedColumns + i];
  return scores;
}

Interval meanDifference(const std::vector<ScoredEvaluation>& a, const std::vector<ScoredEvaluation>& b,
                        int last_episodes, const BootstrapOptions& options, const Rng& rng) {
  commonEpisodes(a);
  commonEpisodes(b);
  LIMBECK_CHECK(a.size() == b.size() && last_episodes > 0,
                fmt::format("{} and {} seeds, last {} episodes", a.size(), b.size(), last_episodes));
  for (std::size_t seed = 0; seed < a.size(); ++seed) {
    std::vector<TaskId> tasks_a = a[seed].result.tasks;
    std::vector<TaskId> tasks_b = b[seed].result.tasks;
    for (std::vector<TaskId>* tasks : {&tasks_a, &tasks_b}) {
      std::ranges::sort(*tasks);
      tasks->erase(std::ranges::unique(*tasks).begin(), tasks->end());
    }
    LIMBECK_CHECK(tasks_a == tasks_b, fmt::format("seed {}: the two have not played the same tasks", seed));
  }
  const auto last = [last_episodes](const StreamCurve& stream, std::span<double> out) {
    out[0] = lastMean(stream.returns, last_episodes);
  };
  ClusterTable difference = clusterTable(a, 1, last);
  const ClusterTable subtrahend = clusterTable(b, 1, last);
  for (std::size_t row = 0; row < difference.values.size(); ++row) difference.values[row] -= subtrahend.values[row];
  return bootstrapMeans(difference, options, rng).front();
}

}  // namespace limbeck
