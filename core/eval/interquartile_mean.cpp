// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/interquartile_mean.h"

#include <algorithm>
#include <numeric>

#include "core/base/check.h"

namespace limbeck {
namespace {

/// One column in ascending order, and which cluster each value belongs to.
struct SortedColumn {
  std::vector<std::size_t> clusters;
  std::vector<double> values;
};

SortedColumn sortedColumn(const ClusterTable& table, std::size_t column) {
  const auto value = [&](std::size_t cluster) { return table.values[cluster * table.columns + column]; };
  SortedColumn sorted;
  sorted.clusters.resize(table.clusters());
  std::iota(sorted.clusters.begin(), sorted.clusters.end(), std::size_t{0});
  std::ranges::stable_sort(sorted.clusters, {}, value);
  for (const std::size_t cluster : sorted.clusters) sorted.values.push_back(value(cluster));
  return sorted;
}

}  // namespace

double interquartileMean(std::span<const double> values, std::span<const double> weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  LIMBECK_CHECK(values.size() == weights.size() && total > 0.0, "an interquartile mean needs a weight for each value");
  const double low = 0.25 * total;
  const double high = 0.75 * total;
  double sum = 0.0;
  double passed = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double inside = std::min(passed + weights[i], high) - std::max(passed, low);
    if (inside > 0.0) sum += inside * values[i];
    passed += weights[i];
  }
  return sum / (high - low);
}

std::vector<Interval> bootstrapInterquartileMeans(const ClusterTable& table, const std::vector<std::size_t>& columns,
                                                  const BootstrapOptions& options, const Rng& rng) {
  std::vector<SortedColumn> sorted;
  for (const std::size_t column : columns) sorted.push_back(sortedColumn(table, column));
  std::vector<std::vector<double>> samples(columns.size());
  std::vector<double> in_order(table.clusters());
  forEachResample(table, options, rng, [&](std::span<const double> weights) {
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      std::ranges::transform(sorted[i].clusters, in_order.begin(), [&](std::size_t c) { return weights[c]; });
      samples[i].push_back(interquartileMean(sorted[i].values, in_order));
    }
  });
  std::vector<Interval> intervals;
  for (const std::vector<double>& column : samples) intervals.push_back(percentileInterval(column));
  return intervals;
}

}  // namespace limbeck
