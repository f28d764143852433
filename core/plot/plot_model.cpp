// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/plot_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "core/base/check.h"
#include "core/plot/decimate.h"
#include "core/plot/ticks.h"

namespace limbeck {

namespace {

constexpr int kAxisTicks = 9;
constexpr double kRoomShare = 0.04;  // of the range of y, above and below the data

/// The smallest range that holds all finite values it has seen.
struct Range {
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();

  void add(double value) {
    if (!std::isfinite(value)) return;
    min = std::min(min, value);
    max = std::max(max, value);
  }
  void add(std::span<const double> values) {
    for (const double value : values) add(value);
  }
  bool isEmpty() const { return min > max; }
};

/// Never empty and never a single value: what would be gets room around it.
Range withRoom(Range range) {
  if (range.isEmpty()) return {0.0, 1.0};
  if (range.min == range.max) return {range.min - 0.5, range.max + 0.5};
  return range;
}

void checkSeries(const PlotSeries& series) {
  const bool band_fits =
      !series.band || (series.band->low.size() == series.x.size() && series.band->high.size() == series.x.size());
  LIMBECK_CHECK(series.y.size() == series.x.size() && band_fits,
                fmt::format("series {}: {} x, {} y, and a band of another length perhaps", series.name, series.x.size(),
                            series.y.size()));
  const bool ascends = std::ranges::all_of(series.x, [](double x) { return std::isfinite(x); }) &&
                       std::ranges::adjacent_find(series.x, std::greater_equal<>()) == series.x.end();
  LIMBECK_CHECK(ascends, fmt::format("series {}: x does not ascend", series.name));
}

void appendSentence(std::string& caption, const std::string& sentence) {
  if (caption.find(sentence) != std::string::npos) return;
  if (!caption.empty()) caption += "; ";
  caption += sentence;
}

}  // namespace

void fitAxes(PlotModel& model) {
  Range x;
  Range y;
  for (const PlotSeries& series : model.series) {
    x.add(series.x);
    y.add(series.y);
    if (!series.band) continue;
    y.add(series.band->low);
    y.add(series.band->high);
  }
  for (const ReferenceLine& line : model.reference_lines) y.add(line.y);
  for (const PublishedPoint& point : model.published_points) {
    x.add(point.x);
    y.add(point.y);
  }
  x = withRoom(x);
  if (y.min > 0.0) y.min = 0.0;
  y = withRoom(y);
  // Episode 1 is one episode away from 0: an axis from 0 has its ticks at round numbers and wastes next to nothing.
  const double x_step = niceTicks(x.min, x.max, kAxisTicks).step;
  model.x_axis.min = std::floor(x.min / x_step) * x_step;
  model.x_axis.max = x.max;
  const double room = kRoomShare * (y.max - y.min);
  model.y_axis.min = y.min == 0.0 ? 0.0 : y.min - room;
  model.y_axis.max = y.max + room;
}

PlotModel displayedModel(const PlotModel& model) {
  PlotModel shown = model;
  int largest_bucket = 1;
  for (PlotSeries& series : shown.series) {
    checkSeries(series);
    if (model.smoothing_window > 0.0) series = smoothed(series, model.smoothing_window);
    largest_bucket = std::max(largest_bucket, bucketSize(series.x.size(), kMaxDisplayedPoints));
    series = decimated(series, kMaxDisplayedPoints);
  }
  for (const PlotSeries& series : shown.series) {
    if (series.band && !series.band->meaning.empty()) appendSentence(shown.caption, "band: " + series.band->meaning);
  }
  if (model.smoothing_window > 0.0) {
    appendSentence(shown.caption, fmt::format("moving mean over a window of {:g}", model.smoothing_window));
  }
  if (largest_bucket > 1) appendSentence(shown.caption, fmt::format("up to {} values a point", largest_bucket));
  shown.smoothing_window = 0.0;
  return shown;
}

}  // namespace limbeck
