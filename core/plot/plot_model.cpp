// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/plot_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "core/base/check.h"
#include "core/plot/decimate.h"
#include "core/plot/finite_runs.h"
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

PlotModel smoothedModel(const PlotModel& model) {
  PlotModel shown = model;
  for (PlotSeries& series : shown.series) {
    checkSeries(series);
    if (model.smoothing_window > 0.0) series = smoothed(series, model.smoothing_window);
  }
  return shown;
}

/// The line's height at x, between its points; nothing beyond its ends and in gaps.
std::optional<double> heightAt(const PlotSeries& series, double x) {
  const auto after = static_cast<std::size_t>(std::ranges::lower_bound(series.x, x) - series.x.begin());
  if (after == series.x.size()) return std::nullopt;
  double height = series.y[after];
  if (series.x[after] != x) {
    if (after == 0) return std::nullopt;
    const double share = (x - series.x[after - 1]) / (series.x[after] - series.x[after - 1]);
    height = series.y[after - 1] + share * (series.y[after] - series.y[after - 1]);
  }
  return std::isfinite(height) ? std::optional(height) : std::nullopt;
}

/// Smoothing and thinning move lines; what marks them goes along.
void putMarksOnLines(PlotModel& shown) {
  for (PlotMark& mark : shown.marks) {
    const auto line = std::ranges::find_if(shown.series, [&](const PlotSeries& series) {
      return series.role == mark.role && series.role != PlotRole::Free && !series.is_member;
    });
    if (line != shown.series.end()) mark.y = heightAt(*line, mark.x).value_or(mark.y);
  }
}

/// What is left to do once the lines are smoothed and thinned out.
void finish(PlotModel& shown, double smoothing_window, int largest_bucket) {
  for (PlotSeries& series : shown.series) {
    if (series.is_member) series.band.reset();
    if (series.band && !series.band->meaning.empty()) appendSentence(shown.caption, "band: " + series.band->meaning);
  }
  if (smoothing_window > 0.0) {
    appendSentence(shown.caption, fmt::format("moving mean over a window of {:g}", smoothing_window));
  }
  if (largest_bucket > 1) appendSentence(shown.caption, fmt::format("up to {} values a point", largest_bucket));
  putMarksOnLines(shown);
  shown.smoothing_window = 0.0;
}

/// The points begin .. end of a series.
PlotSeries points(const PlotSeries& series, std::size_t begin, std::size_t end) {
  const auto part = [&](const std::vector<double>& values) {
    return std::vector<double>(values.begin() + static_cast<std::ptrdiff_t>(begin),
                               values.begin() + static_cast<std::ptrdiff_t>(end));
  };
  PlotSeries out{.name = series.name,
                 .role = series.role,
                 .x = part(series.x),
                 .y = part(series.y),
                 .band = {},
                 .is_member = series.is_member};
  if (series.band) out.band = PlotBand{part(series.band->low), part(series.band->high), series.band->meaning};
  return out;
}

/// The points within the stretch; empty, at its place among the points, when there are none.
FiniteRun visiblePart(const PlotSeries& series, double x_min, double x_max) {
  const auto begin = static_cast<std::size_t>(std::ranges::lower_bound(series.x, x_min) - series.x.begin());
  const auto end = static_cast<std::size_t>(std::ranges::upper_bound(series.x, x_max) - series.x.begin());
  return {begin, std::max(begin, end)};
}

/// The points begin .. end, to whole buckets of this size from the first point of all, with one bucket more at either
/// end. Nothing when the line ends before the stretch or begins after it.
PlotSeries cut(const PlotSeries& series, std::size_t begin, std::size_t end, std::size_t size) {
  const std::size_t count = series.x.size();
  if (begin == end && (begin == 0 || end == count)) return points(series, 0, 0);
  const std::size_t first = begin / size * size;
  const std::size_t last = (end + size - 1) / size * size;
  return points(series, first >= size ? first - size : 0, std::min(last + size, count));
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
  PlotModel shown = smoothedModel(model);
  int largest_bucket = 1;
  for (PlotSeries& series : shown.series) {
    largest_bucket = std::max(largest_bucket, bucketSize(series.x.size(), kMaxDisplayedPoints));
    series = decimated(series, kMaxDisplayedPoints);
  }
  finish(shown, model.smoothing_window, largest_bucket);
  return shown;
}

PlotModel visibleModel(const PlotModel& model, double x_min, double x_max) {
  PlotModel shown = smoothedModel(model);
  int largest_bucket = 1;
  for (PlotSeries& series : shown.series) {
    const auto [begin, end] = visiblePart(series, x_min, x_max);
    // Two buckets more than those within the stretch may be begun at its ends, and one more lies beyond each.
    const int size = bucketSize(end - begin, kMaxDisplayedPoints - 4);
    largest_bucket = std::max(largest_bucket, size);
    series = inBuckets(cut(series, begin, end, static_cast<std::size_t>(size)), size);
  }
  std::erase_if(shown.marks, [&](const PlotMark& mark) { return mark.x < x_min || mark.x > x_max; });
  std::erase_if(shown.published_points, [&](const PublishedPoint& p) { return p.x < x_min || p.x > x_max; });
  shown.x_axis.min = x_min;
  shown.x_axis.max = x_max;
  finish(shown, model.smoothing_window, largest_bucket);
  return shown;
}

PlotModel withinAxis(const PlotModel& model) {
  PlotModel within = model;
  for (PlotSeries& series : within.series) {
    const auto first = std::ranges::lower_bound(series.x, model.x_axis.min) - series.x.begin();
    const auto last = std::ranges::upper_bound(series.x, model.x_axis.max) - series.x.begin();
    series = points(series, static_cast<std::size_t>(first), static_cast<std::size_t>(std::max(first, last)));
  }
  return within;
}

}  // namespace limbeck
