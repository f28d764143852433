// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/probability_of_improvement.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/eval/cluster_bootstrap.h"
#include "core/eval/stream_numbers.h"

namespace limbeck {
namespace {

/// Means of sums of floats: what is equal by rights may differ by rounding.
constexpr double kTie = 1e-9;

/// What one pair of seeds says about one task: 1, 0.5 for a tie, or 0.
struct Wins {
  Wins(const ClusterTable& x, const ClusterTable& y)
      : seeds_x(x.seeds()), seeds_y(y.seeds()), tasks(x.clusters() / x.seeds()) {
    for (std::size_t i = 0; i < seeds_x; ++i) {
      for (std::size_t j = 0; j < seeds_y; ++j) {
        for (std::size_t task = 0; task < tasks; ++task) {
          const double difference = x.values[i * tasks + task] - y.values[j * tasks + task];
          values.push_back(std::abs(difference) <= kTie ? 0.5 : difference > 0.0 ? 1.0 : 0.0);
        }
      }
    }
  }

  /// The mean over pairs and tasks, each as often as it was drawn.
  double mean(const std::vector<std::uint32_t>& x, const std::vector<std::uint32_t>& y,
              const std::vector<std::uint32_t>& drawn_tasks) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < seeds_x; ++i) {
      for (std::size_t j = 0; j < seeds_y; ++j) {
        const double pairs = static_cast<double>(x[i]) * static_cast<double>(y[j]);
        if (pairs == 0.0) continue;
        const double* row = values.data() + (i * seeds_y + j) * tasks;
        double won = 0.0;
        for (std::size_t task = 0; task < tasks; ++task) won += static_cast<double>(drawn_tasks[task]) * row[task];
        sum += pairs * won;
      }
    }
    return sum / static_cast<double>(seeds_x * seeds_y * tasks);
  }

  std::size_t seeds_x;
  std::size_t seeds_y;
  std::size_t tasks;
  std::vector<double> values;  ///< [seeds of x, seeds of y, tasks]
};

void drawCounts(std::vector<std::uint32_t>& counts, Rng& rng) {
  std::ranges::fill(counts, 0U);
  const auto size = static_cast<std::uint32_t>(counts.size());
  for (std::uint32_t i = 0; i < size; ++i) ++counts[rng.below(size)];
}

}  // namespace

std::optional<Interval> probabilityOfImprovement(const std::vector<ScoredEvaluation>& x,
                                                 const std::vector<ScoredEvaluation>& y, int last_episodes,
                                                 const BootstrapOptions& options, const Rng& rng) {
  if (x.empty() || y.empty() || !shareTasks(x, y)) return std::nullopt;
  commonEpisodes(x);
  commonEpisodes(y);
  const auto last = [last_episodes](const StreamCurve& stream, std::span<double> out) {
    out[0] = lastMean(stream.returns, last_episodes);
  };
  const Wins wins(clusterTable(x, 1, last), clusterTable(y, 1, last));
  std::vector<std::uint32_t> of_x(wins.seeds_x, 1U);
  std::vector<std::uint32_t> of_y(wins.seeds_y, 1U);
  std::vector<std::uint32_t> of_tasks(wins.tasks, 1U);
  std::vector<double> values{wins.mean(of_x, of_y, of_tasks)};
  Rng draws = rng.split("bootstrap");
  for (int resample = 0; resample < options.resamples; ++resample) {
    drawCounts(of_x, draws);
    drawCounts(of_y, draws);
    drawCounts(of_tasks, draws);
    values.push_back(wins.mean(of_x, of_y, of_tasks));
  }
  return percentileInterval(values);
}

}  // namespace limbeck
