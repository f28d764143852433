// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/cluster_bootstrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "core/base/check.h"

namespace limbeck {

namespace {

constexpr double kLowerTail = 0.025;
constexpr double kUpperTail = 0.975;

/// Columns that are summed at once: few enough that the sums stay in registers and the clusters' part of the table in
/// the second-level cache.
constexpr std::size_t kTile = 32;

/// A cluster that was drawn, and what it weighs in that resample's mean.
struct Draw {
  std::uint32_t cluster;
  double weight;
};

/// The resamples one after the other; those of resample r begin at offsets[r].
struct Draws {
  std::vector<Draw> draws;
  std::vector<std::size_t> offsets{0};
};

/// What each cluster weighs in the mean when nothing is resampled.
std::vector<double> plainWeights(const ClusterTable& table) {
  std::vector<double> weights(table.clusters());
  for (std::size_t seed = 0; seed < table.seeds(); ++seed) {
    const std::size_t begin = table.seed_offsets[seed];
    const std::size_t end = table.seed_offsets[seed + 1];
    LIMBECK_CHECK(begin < end, fmt::format("seed {} has no tasks", seed));
    std::fill(weights.begin() + static_cast<std::ptrdiff_t>(begin), weights.begin() + static_cast<std::ptrdiff_t>(end),
              1.0 / static_cast<double>(table.seeds() * (end - begin)));
  }
  return weights;
}

/// How often each cluster was drawn, once through the two levels.
void drawCounts(const ClusterTable& table, Rng& rng, std::vector<std::uint32_t>& counts) {
  std::ranges::fill(counts, 0U);
  const auto seeds = static_cast<std::uint32_t>(table.seeds());
  const auto tasksOf = [&](std::size_t seed) {
    return static_cast<std::uint32_t>(table.seed_offsets[seed + 1] - table.seed_offsets[seed]);
  };
  std::vector<std::uint32_t> tasks;
  const auto drawTasks = [&](std::uint32_t count) {
    tasks.resize(count);
    for (std::uint32_t& task : tasks) task = rng.below(count);
  };
  if (table.seeds_share_tasks) drawTasks(tasksOf(0));
  for (std::uint32_t i = 0; i < seeds; ++i) {
    const std::size_t seed = rng.below(seeds);
    if (!table.seeds_share_tasks) drawTasks(tasksOf(seed));
    for (const std::uint32_t task : tasks) ++counts[table.seed_offsets[seed] + task];
  }
}

Draws drawResamples(const ClusterTable& table, int resamples, Rng rng) {
  const std::vector<double> weights = plainWeights(table);
  std::vector<std::uint32_t> counts(table.clusters());
  Draws result;
  for (int resample = 0; resample < resamples; ++resample) {
    drawCounts(table, rng, counts);
    for (std::uint32_t cluster = 0; cluster < counts.size(); ++cluster) {
      if (counts[cluster] != 0) result.draws.push_back({cluster, counts[cluster] * weights[cluster]});
    }
    result.offsets.push_back(result.draws.size());
  }
  return result;
}

using Tile = std::array<double, kTile>;

/// One tile of columns, `kTile` wide, padded with zeros where the table ends.
std::vector<Tile> copyTile(const ClusterTable& table, std::size_t first_column, std::size_t width) {
  std::vector<Tile> tile(table.clusters(), Tile{});
  for (std::size_t cluster = 0; cluster < tile.size(); ++cluster) {
    std::copy_n(table.values.begin() + static_cast<std::ptrdiff_t>(cluster * table.columns + first_column), width,
                tile[cluster].begin());
  }
  return tile;
}

/// Means of `width` columns in every resample: samples[column][resample].
void resampledMeans(const std::vector<Tile>& tile, const Draws& resamples, std::size_t width,
                    std::vector<std::vector<double>>& samples) {
  for (std::size_t resample = 0; resample + 1 < resamples.offsets.size(); ++resample) {
    Tile sums{};
    for (std::size_t i = resamples.offsets[resample]; i < resamples.offsets[resample + 1]; ++i) {
      const Draw& draw = resamples.draws[i];
      const Tile& values = tile[draw.cluster];
      for (std::size_t column = 0; column < kTile; ++column) sums[column] += draw.weight * values[column];
    }
    for (std::size_t column = 0; column < width; ++column) samples[column][resample] = sums[column];
  }
}

}  // namespace

double quantile(std::vector<double>& values, double probability) {
  LIMBECK_CHECK(!values.empty(), "no values");
  const double place = probability * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(std::floor(place));
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const double low = values[static_cast<std::size_t>(below)];
  const double share = place - static_cast<double>(below);
  if (share == 0.0) return low;
  return low + share * (*std::min_element(values.begin() + below + 1, values.end()) - low);
}

void forEachResample(const ClusterTable& table, const BootstrapOptions& options, const Rng& rng,
                     const std::function<void(std::span<const double> weights)>& visit) {
  LIMBECK_CHECK(table.seeds() > 0 && options.resamples > 0, fmt::format("{} resamples", options.resamples));
  const Draws resamples = drawResamples(table, options.resamples, rng.split("bootstrap"));
  std::vector<double> weights = plainWeights(table);
  visit(weights);
  for (std::size_t resample = 0; resample + 1 < resamples.offsets.size(); ++resample) {
    std::ranges::fill(weights, 0.0);
    for (std::size_t i = resamples.offsets[resample]; i < resamples.offsets[resample + 1]; ++i) {
      weights[resamples.draws[i].cluster] = resamples.draws[i].weight;
    }
    visit(weights);
  }
}

Interval percentileInterval(const std::vector<double>& values) {
  LIMBECK_CHECK(values.size() > 1, "no resamples");
  std::vector<double> samples(values.begin() + 1, values.end());
  Interval interval{.mean = values.front()};
  interval.low = quantile(samples, kLowerTail);
  interval.high = quantile(samples, kUpperTail);
  return interval;
}

std::vector<Interval> bootstrapMeans(const ClusterTable& table, const BootstrapOptions& options, const Rng& rng) {
  LIMBECK_CHECK(table.seeds() > 0 && table.values.size() == table.clusters() * table.columns && options.resamples > 0,
                fmt::format("{} seeds, {} clusters, {} columns, {} values, {} resamples", table.seeds(),
                            table.clusters(), table.columns, table.values.size(), options.resamples));
  const Draws resamples = drawResamples(table, options.resamples, rng.split("bootstrap"));
  const std::vector<double> weights = plainWeights(table);
  std::vector<Interval> intervals(table.columns);
  std::vector<std::vector<double>> samples(kTile, std::vector<double>(static_cast<std::size_t>(options.resamples)));
  for (std::size_t first = 0; first < table.columns; first += kTile) {
    const std::size_t width = std::min(kTile, table.columns - first);
    const std::vector<Tile> tile = copyTile(table, first, width);
    resampledMeans(tile, resamples, width, samples);
    for (std::size_t column = 0; column < width; ++column) {
      Interval& interval = intervals[first + column];
      for (std::size_t cluster = 0; cluster < tile.size(); ++cluster)
        interval.mean += weights[cluster] * tile[cluster][column];
      interval.low = quantile(samples[column], kLowerTail);
      interval.high = quantile(samples[column], kUpperTail);
    }
  }
  return intervals;
}

}  // namespace limbeck
