// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/stream_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/base/check.h"

namespace limbeck {
namespace {

/// Below this a task's optimum and random return are the same number, and no policy can be better or worse than
/// another.
constexpr double kSmallestSpread = 1e-9;
constexpr double kGoodShareOfOptimum = 0.8;

void checkEvaluation(const ScoredEvaluation& seed) {
  const EvaluationResult& result = seed.result;
  const std::size_t streams = result.tasks.size();
  LIMBECK_CHECK(streams > 0 && result.episodes > 0 && seed.references.size() == streams &&
                    result.returns.size() == streams * static_cast<std::size_t>(result.episodes),
                fmt::format("{} streams, {} references, {} episodes, {} returns", streams, seed.references.size(),
                            result.episodes, result.returns.size()));
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

}  // namespace

int commonEpisodes(const std::vector<ScoredEvaluation>& seeds) {
  LIMBECK_CHECK(!seeds.empty(), "no seeds");
  for (const ScoredEvaluation& seed : seeds) {
    checkEvaluation(seed);
    LIMBECK_CHECK(seed.result.episodes == seeds.front().result.episodes,
                  fmt::format("{} and {} episodes", seed.result.episodes, seeds.front().result.episodes));
  }
  return seeds.front().result.episodes;
}

ClusterTable clusterTable(const std::vector<ScoredEvaluation>& seeds, std::size_t columns,
                          const StreamNumbers& numbers) {
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

double trailingMean(std::span<const float> returns, int episode, int window) {
  const int first = std::max(0, episode - window);
  return mean(returns.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(episode - first)));
}

double lastMean(std::span<const float> returns, int last_episodes) {
  return trailingMean(returns, static_cast<int>(returns.size()), last_episodes);
}

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

bool shareTasks(const std::vector<ScoredEvaluation>& a, const std::vector<ScoredEvaluation>& b) {
  const auto tasks = tasksOf(a.front());
  const auto hasThem = [&](const ScoredEvaluation& seed) { return tasksOf(seed) == tasks; };
  return std::ranges::all_of(a, hasThem) && std::ranges::all_of(b, hasThem);
}

}  // namespace limbeck
