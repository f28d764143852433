// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/decimate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "core/plot/finite_runs.h"

namespace limbeck {

namespace {

void smoothRun(std::span<const double> x, std::span<const double> y, FiniteRun run, double window,
               std::vector<double>& out) {
  // Sums of differences from the first value: those of a constant are exactly 0, whatever the rounding.
  const double base = y[run.begin];
  std::vector<double> sums(run.end - run.begin + 1, 0.0);
  for (std::size_t i = run.begin; i < run.end; ++i) sums[i - run.begin + 1] = sums[i - run.begin] + (y[i] - base);
  const double slack = 1e-9 * window;  // x - (x - first) may miss first by rounding, and the window its first point.
  std::size_t low = run.begin;
  std::size_t high = run.begin;
  for (std::size_t i = run.begin; i < run.end; ++i) {
    const double half = std::min({window / 2.0, x[i] - x[run.begin], x[run.end - 1] - x[i]});
    // Near the end of the line the half width falls, which moves the lower edge on; neither edge ever moves back.
    while (x[low] < x[i] - half - slack) ++low;
    while (high < run.end && x[high] <= x[i] + half + slack) ++high;
    out[i] = base + (sums[high - run.begin] - sums[low - run.begin]) / static_cast<double>(high - low);
  }
}

std::vector<double> smoothedValues(std::span<const double> x, std::span<const double> y, double window) {
  std::vector<double> out(y.begin(), y.end());
  for (const FiniteRun run : finiteRuns(y)) smoothRun(x, y, run, window, out);
  return out;
}

/// What one bucket holds.
struct Bucket {
  double sum_x = 0.0;
  double sum_y = 0.0;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  int count = 0;

  void add(double x, double y, double band_low, double band_high) {
    sum_x += x;
    sum_y += y;
    low = std::min(low, band_low);
    high = std::max(high, band_high);
    ++count;
  }
};

void appendBucket(const Bucket& bucket, double x_of_gap, PlotSeries& out) {
  const bool is_gap = bucket.count == 0;
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  out.x.push_back(is_gap ? x_of_gap : bucket.sum_x / bucket.count);
  out.y.push_back(is_gap ? nothing : bucket.sum_y / bucket.count);
  out.band->low.push_back(is_gap ? nothing : bucket.low);
  out.band->high.push_back(is_gap ? nothing : bucket.high);
}

}  // namespace

PlotSeries smoothed(const PlotSeries& series, double window) {
  PlotSeries out = series;
  out.y = smoothedValues(series.x, series.y, window);
  if (series.band) {
    out.band->low = smoothedValues(series.x, series.band->low, window);
    out.band->high = smoothedValues(series.x, series.band->high, window);
  }
  return out;
}

int bucketSize(std::size_t points, int max_points) {
  const auto limit = static_cast<std::size_t>(max_points);
  return static_cast<int>(std::max<std::size_t>(1, (points + limit - 1) / limit));
}

PlotSeries decimated(const PlotSeries& series, int max_points) {
  return inBuckets(series, bucketSize(series.x.size(), max_points));
}

PlotSeries inBuckets(const PlotSeries& series, int bucket_size) {
  const auto size = static_cast<std::size_t>(bucket_size);
  if (size == 1) return series;
  PlotSeries out{
      .name = series.name, .role = series.role, .x = {}, .y = {}, .band = PlotBand{}, .is_member = series.is_member};
  out.band->meaning = series.band ? series.band->meaning : "lowest to highest value";
  const std::vector<double>& lows = series.band ? series.band->low : series.y;
  const std::vector<double>& highs = series.band ? series.band->high : series.y;
  for (std::size_t begin = 0; begin < series.x.size(); begin += size) {
    Bucket bucket;
    for (std::size_t i = begin; i < std::min(begin + size, series.x.size()); ++i) {
      if (std::isfinite(series.y[i])) bucket.add(series.x[i], series.y[i], lows[i], highs[i]);
    }
    appendBucket(bucket, series.x[begin], out);
  }
  return out;
}

}  // namespace limbeck
