// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep's report as plots.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/experiment/sweep_report.h"

namespace limbeck {
namespace {

constexpr double kSameLevel = 1e-9;

const PolicyReport& learnerOf(const ExperimentReport& report) {
  return *std::ranges::find(report.policies, kPolicyAd, &PolicyReport::policy);
}

/// What all points share is one line; levels that differ belong to no one line.
void addReference(const SweepReport& report, const char* name, PlotRole role, double ExperimentReport::*level,
                  PlotModel& plot) {
  std::optional<double> common;
  for (const PointReport& point : report.points) {
    if (!point.report) continue;
    const double value = (*point.report).*level;
    if (common && std::abs(*common - value) > kSameLevel) return;
    common = value;
  }
  if (common) plot.reference_lines.push_back({.name = name, .role = role, .y = *common});
}

/// The first point of each curve names it: a label at each of ten points would hide the plot.
void addPublished(const SweepReport& report, const std::string& axis, PlotModel& plot) {
  std::string labelled;
  for (const PublishedNumber& number : report.published) {
    if (number.axis != axis) continue;
    const bool is_first = number.curve != labelled;
    labelled = number.curve;
    plot.published_points.push_back({.x = number.x,
                                     .y = number.y,
                                     .label = number.curve,
                                     .source = number.source,
                                     .error = number.error.value_or(0.0),
                                     .shows_label = is_first});
  }
  if (plot.published_points.empty()) return;
  plot.caption +=
      fmt::format("{}diamonds: published, {}", plot.caption.empty() ? "" : "; ", plot.published_points.front().source);
}

PlotSeries pointSeries(const PointReport& point) {
  PlotSeries series{.name = point.point.name, .role = PlotRole::Free, .x = {}, .y = {}, .band = {}};
  PlotBand band{.meaning = "95 % bootstrap interval over tasks and seeds"};
  for (const Interval& interval : learnerOf(*point.report).curve.returns) {
    series.x.push_back(static_cast<double>(series.x.size()) + 1.0);
    series.y.push_back(interval.mean);
    band.low.push_back(interval.low);
    band.high.push_back(interval.high);
  }
  series.band = std::move(band);
  return series;
}

std::string seedsText(const SweepReport& report) {
  std::size_t fewest = 0;
  std::size_t most = 0;
  for (const PointReport& point : report.points) {
    if (!point.report) continue;
    const std::size_t seeds = point.report->seeds.size();
    fewest = fewest == 0 ? seeds : std::min(fewest, seeds);
    most = std::max(most, seeds);
  }
  if (fewest == most) return fmt::format("{} seed{}", most, most == 1 ? "" : "s");
  return fmt::format("{} to {} seeds", fewest, most);
}

/// "context.context_length=20" as key and number; nothing for what is no number.
std::optional<std::pair<std::string, double>> numericValue(const SweepPoint& point) {
  if (point.overrides.size() != 1) return std::nullopt;
  const std::string& assignment = point.overrides.front();
  const std::size_t equals = assignment.find('=');
  double value = 0.0;
  const char* end = assignment.data() + assignment.size();
  const auto [read, error] = std::from_chars(assignment.data() + equals + 1, end, value);
  if (error != std::errc() || read != end) return std::nullopt;
  return std::pair(assignment.substr(0, equals), value);
}

}  // namespace

PlotModel plotReport(const SweepReport& report) {
  const std::string learner = commonLearner(report);
  PlotModel plot{
      .title = fmt::format("{}: {} on tasks never seen in training", report.name, learner.empty() ? "return" : learner),
      .x_axis = {.label = "in-context episode"},
      .y_axis = {.label = "return per episode"}};
  if (!report.isSweep() && report.points.front().report) {
    plot = plotReport(*report.points.front().report);
  } else {
    for (const PointReport& point : report.points) {
      if (point.report) plot.series.push_back(pointSeries(point));
    }
    addReference(report, "optimum", PlotRole::Optimum, &ExperimentReport::optimum, plot);
    addReference(report, "random", PlotRole::Random, &ExperimentReport::random, plot);
    std::size_t episodes = 0;
    for (const PlotSeries& series : plot.series) episodes = std::max(episodes, series.x.size());
    plot.smoothing_window = usualSmoothing(episodes);
    plot.caption = fmt::format("{}, frozen weights", seedsText(report));
  }
  addPublished(report, "episode", plot);
  fitAxes(plot);
  return plot;
}

std::optional<PlotModel> plotByValue(const SweepReport& report) {
  std::string key;
  std::vector<std::pair<double, Interval>> values;
  for (const PointReport& point : report.points) {
    const auto value = numericValue(point.point);
    // A variant is no value of the swept key, unless it is named like one.
    if (!value || !point.point.name.ends_with(point.point.overrides.front().substr(value->first.find('.') + 1)))
      continue;
    if (!key.empty() && key != value->first) return std::nullopt;
    key = value->first;
    if (point.report) values.emplace_back(value->second, learnerOf(*point.report).scores.last_returns);
  }
  if (values.size() < 2) return std::nullopt;
  std::ranges::sort(values, {}, [](const auto& value) { return value.first; });
  PlotModel plot{.title = fmt::format("{}: last episodes by {}", report.name, key),
                 .x_axis = {.label = key},
                 .y_axis = {.label = "return per episode"}};
  const std::string learner = commonLearner(report);
  PlotSeries series{.name = learner.empty() ? "return" : learner, .role = PlotRole::AD, .x = {}, .y = {}, .band = {}};
  PlotBand band{.meaning = "95 % bootstrap interval over tasks and seeds"};
  for (const auto& [x, interval] : values) {
    series.x.push_back(x);
    series.y.push_back(interval.mean);
    band.low.push_back(interval.low);
    band.high.push_back(interval.high);
  }
  series.band = std::move(band);
  plot.series.push_back(std::move(series));
  addReference(report, "optimum", PlotRole::Optimum, &ExperimentReport::optimum, plot);
  addReference(report, "random", PlotRole::Random, &ExperimentReport::random, plot);
  plot.caption = fmt::format("{}, frozen weights", seedsText(report));
  addPublished(report, key, plot);
  fitAxes(plot);
  return plot;
}

}  // namespace limbeck
