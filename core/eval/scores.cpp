// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/scores.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <span>

#include "core/base/check.h"
#include "core/eval/cluster_bootstrap.h"

namespace limbeck {

namespace {

constexpr int kReturnAtWindow = 10;
constexpr int kTrailingWindow = 5;
constexpr double kGoodShareOfOptimum = 0.8;
/// Returns are sums of floats: a mean that reaches its threshold exactly must not miss it by rounding.
constexpr double kRounding = 1e-6;
/// Below this a task's optimum and random return are the same number, and no policy can be better or worse than
/// another.
constexpr double kSmallestSpread = 1e-9;

/// One stream's returns with its task's references.
struct StreamCurve {
  std::span<const float> returns;  ///< [episodes]
  ReferenceReturns reference;
};

/// Writes a stream's numbers into `out`, [columns].
using StreamNumbers = std::function<void(const StreamCurve& stream, std::span<double> out)>;

void checkEvaluation(const ScoredEvaluation& seed) {
  const EvaluationResult& result = seed.result;
  const std::size_t streams = result.tasks.size();
  LIMBECK_CHECK(streams > 0 && result.episodes > 0 && seed.references.size() == streams &&
                    result.returns.size() == streams * static_cast<std::size_t>(result.episodes),
                fmt::format("{} streams, {} references, {} episodes, {} returns", streams, seed.references.size(),
                            result.episodes, result.returns.size()));
}

int commonEpisodes(const std::vector<ScoredEvaluation>& seeds) {
  LIMBECK_CHECK(!seeds.empty(), "no seeds");
  for (const ScoredEvaluation& seed : seeds) {
    checkEvaluation(seed);
    LIMBECK_CHECK(seed.result.episodes == seeds.front().result.episodes,
                  fmt::format("{} and {} episodes", seed.result.episodes, seeds.front().result.episodes));
  }
  return seeds.front().result.episodes;
}

/// Appends one seed: a row per task (ascending), the mean of its repeats.
void appendSeed(const ScoredEvaluation& seed, const StreamNumbers& numbers, ClusterTable& table) {
  std::map<TaskId, std::vector<std::size_t>> streams_of_task;
  for (std::size_t stream = 0; stream < seed.result.tasks.size(); ++stream) {
    streams_of_task[seed.result.tasks[stream]].push_back(stream);
  }
  const auto episodes = static_cast<std::size_t>(seed.result.episodes);
  std::vector<double> row(table.columns);
  for (const auto& [task, streams] : streams_of_task) {
    const std::size_t begin = table.values.size();
    table.values.resize(begin + table.columns, 0.0);
    for (const std::size_t stream : streams) {
      numbers({std::span(seed.result.returns).subspan(stream * episodes, episodes), seed.references[stream]}, row);
      for (std::size_t column = 0; column < row.size(); ++column) table.values[begin + column] += row[column];
    }
    for (std::size_t place = begin; place < table.values.size(); ++place) {
      table.values[place] /= static_cast<double>(streams.size());
    }
  }
  table.seed_offsets.push_back(table.clusters() + streams_of_task.size());
}

std::set<TaskId> tasksOf(const ScoredEvaluation& seed) {
  return {seed.result.tasks.begin(), seed.result.tasks.end()};
}

ClusterTable makeTable(const std::vector<ScoredEvaluation>& seeds, std::size_t columns, const StreamNumbers& numbers) {
  ClusterTable table;
  table.columns = columns;
  for (const ScoredEvaluation& seed : seeds) appendSeed(seed, numbers, table);
  table.seeds_share_tasks = std::ranges::all_of(seeds, [&](const ScoredEvaluation& seed) {
    return tasksOf(seed) == tasksOf(seeds.front());  // rows stand in ascending order of tasks
  });
  return table;
}

double mean(std::span<const float> values) {
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

/// The mean of the up to `window` returns that end with 1-based `episode`.
double trailingMean(std::span<const float> returns, int episode, int window) {
  const int first = std::max(0, episode - window);
  return mean(returns.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(episode - first)));
}

double lastMean(std::span<const float> returns, int last_episodes) {
  return trailingMean(returns, static_cast<int>(returns.size()), last_episodes);
}

/// N is linear in the return, so that N of a mean return is the mean of N.
double normalized(double task_return, const ReferenceReturns& reference) {
  const double spread = reference.optimal - reference.random;
  return spread < kSmallestSpread ? 1.0 : (task_return - reference.random) / spread;
}

double episodesToGoodShare(const StreamCurve& stream) {
  const double threshold = kGoodShareOfOptimum * stream.reference.optimal - kRounding;
  const int episodes = static_cast<int>(stream.returns.size());
  for (int episode = 1; episode <= episodes; ++episode) {
    if (trailingMean(stream.returns, episode, kTrailingWindow) >= threshold) return episode;
  }
  return episodes + 1;
}

bool neverReached(std::span<const float> returns) {
  return std::ranges::none_of(returns, [](float value) { return value > 0.0F; });
}

}  // namespace

LearningCurve summarizeCurve(const std::vector<ScoredEvaluation>& seeds, const BootstrapOptions& options,
                             const Rng& rng) {
  const auto episodes = static_cast<std::size_t>(commonEpisodes(seeds));
  const ClusterTable table = makeTable(seeds, episodes, [](const StreamCurve& stream, std::span<double> out) {
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
  const ClusterTable table = makeTable(seeds, kFixedColumns + scores.return_at.size(), numbers);
  const std::vector<Interval> intervals = bootstrapMeans(table, options, rng);
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
  ClusterTable difference = makeTable(a, 1, last);
  const ClusterTable subtrahend = makeTable(b, 1, last);
  for (std::size_t row = 0; row < difference.values.size(); ++row) difference.values[row] -= subtrahend.values[row];
  return bootstrapMeans(difference, options, rng).front();
}

}  // namespace limbeck
