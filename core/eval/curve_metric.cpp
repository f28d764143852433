// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/curve_metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/check.h"

namespace limbeck {
namespace {

constexpr int kMostEpisodes = 10'000'000;

/// The number behind `prefix`, the whole rest of `name`.
template <typename Number>
std::optional<Number> numberAfter(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  Number number{};
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

std::optional<int> episodesAfter(std::string_view name, std::string_view prefix) {
  const std::optional<int> episodes = numberAfter<int>(name, prefix);
  return episodes && *episodes >= 1 && *episodes <= kMostEpisodes ? episodes : std::nullopt;
}

using StreamValue = std::function<double(const StreamCurve&)>;

CurveMetric ofStreams(StreamValue value, int least_episodes = 1) {
  return {.least_episodes = least_episodes,
          .numbers = [value = std::move(value)](const StreamCurve& stream,
                                                std::span<double> out) { out[0] = value(stream); },
          .value = [](std::span<const double> means) { return means[0]; }};
}

CurveMetric ofMeanCurve(std::function<double(std::span<const double>)> value) {
  return {.needs_all_episodes = true,
          .numbers = [](const StreamCurve& stream,
                        std::span<double> out) { std::ranges::copy(stream.returns, out.begin()); },
          .value = std::move(value)};
}

double trailingMeanOf(std::span<const double> curve, std::size_t end, std::size_t window) {
  const std::size_t begin = end > window ? end - window : 0;
  double sum = 0.0;
  for (std::size_t i = begin; i < end; ++i) sum += curve[i];
  return sum / static_cast<double>(end - begin);
}

double episodesTo(std::span<const double> curve, double level) {
  for (std::size_t episode = 1; episode <= curve.size(); ++episode) {
    if (trailingMeanOf(curve, episode, kTrailingWindow) >= level - kRounding) return static_cast<double>(episode);
  }
  return static_cast<double>(curve.size()) + 1.0;
}

/// Only whole windows, unless the curve is shorter: the mean of one lucky first episode is no level that was kept.
double highestReturn(std::span<const double> curve) {
  double highest = -std::numeric_limits<double>::infinity();
  for (std::size_t episode = std::min(curve.size(), std::size_t{kReturnAtWindow}); episode <= curve.size(); ++episode) {
    highest = std::max(highest, trailingMeanOf(curve, episode, kReturnAtWindow));
  }
  return highest;
}

/// A mean return over a window of episodes.
std::optional<CurveMetric> findWindow(std::string_view name, int last_episodes) {
  if (name == "mean_return") return ofStreams([](const StreamCurve& stream) { return mean(stream.returns); });
  if (name == "last_returns") {
    return ofStreams([=](const StreamCurve& stream) { return lastMean(stream.returns, last_episodes); });
  }
  if (name == "first_return") return findWindow("first_1", last_episodes);
  if (const auto n = episodesAfter(name, "return_at_")) {
    return ofStreams([n = *n](const StreamCurve& stream) { return trailingMean(stream.returns, n, kReturnAtWindow); },
                     *n);
  }
  if (const auto n = episodesAfter(name, "first_")) {
    return ofStreams([n = *n](const StreamCurve& stream) { return trailingMean(stream.returns, n, n); }, *n);
  }
  if (const auto n = episodesAfter(name, "last_")) {
    return ofStreams([n = *n](const StreamCurve& stream) { return lastMean(stream.returns, n); }, *n);
  }
  return std::nullopt;
}

std::optional<CurveMetric> findDifference(std::string_view name, int last_episodes) {
  constexpr std::string_view kMinus = "_minus_";
  const std::size_t place = name.find(kMinus);
  if (place == std::string_view::npos) return std::nullopt;
  const auto a = findWindow(name.substr(0, place), last_episodes);
  const auto b = findWindow(name.substr(place + kMinus.size()), last_episodes);
  if (!a || !b) return std::nullopt;
  return ofStreams(
      [a = *a, b = *b](const StreamCurve& stream) {
        double minuend = 0.0;
        double subtrahend = 0.0;
        a.numbers(stream, {&minuend, 1});
        b.numbers(stream, {&subtrahend, 1});
        return minuend - subtrahend;
      },
      std::max(a->least_episodes, b->least_episodes));
}

ScoredEvaluation prepared(const ScoredEvaluation& seed, MetricScale scale, int episodes) {
  ScoredEvaluation cut{.result = {}, .references = seed.references};
  cut.result.tasks = seed.result.tasks;
  cut.result.repeats = seed.result.repeats;
  cut.result.episodes = episodes;
  for (int stream = 0; stream < seed.result.streams(); ++stream) {
    for (int episode = 0; episode < episodes; ++episode) {
      const float value = seed.result.returnAt(stream, episode);
      const double n = normalized(static_cast<double>(value), seed.references[static_cast<std::size_t>(stream)]);
      cut.result.returns.push_back(scale == MetricScale::Return ? value : static_cast<float>(n));
    }
  }
  if (scale == MetricScale::Normalized)
    std::ranges::fill(cut.references, ReferenceReturns{.optimal = 1.0, .random = 0.0});
  return cut;
}

}  // namespace

std::optional<CurveMetric> findCurveMetric(std::string_view name, int last_episodes) {
  if (name == "normalized_last") {
    return ofStreams([=](const StreamCurve& s) { return normalized(lastMean(s.returns, last_episodes), s.reference); });
  }
  if (name == "area_under_curve") {
    return ofStreams([](const StreamCurve& stream) { return normalized(mean(stream.returns), stream.reference); });
  }
  if (name == "episodes_to_80_percent") return ofStreams(episodesToGoodShare);
  if (name == "never_reached_share") {
    return ofStreams([](const StreamCurve& stream) { return neverReached(stream.returns) ? 1.0 : 0.0; });
  }
  if (name == "highest_return") return ofMeanCurve(highestReturn);
  if (const auto level = numberAfter<double>(name, "episodes_to_"); level && std::isfinite(*level)) {
    return ofMeanCurve([level = *level](std::span<const double> curve) { return episodesTo(curve, level); });
  }
  if (auto window = findWindow(name, last_episodes)) return window;
  return findDifference(name, last_episodes);
}

const std::vector<std::string>& curveMetricNames() {
  static const std::vector<std::string> kNames = {
      "return_at_N",          "first_N",         "last_N",           "mean_return",
      "last_N_minus_first_N", "episodes_to_X",   "highest_return",   "first_return",
      "last_returns",         "normalized_last", "area_under_curve", "episodes_to_80_percent",
      "never_reached_share"};
  return kNames;
}

std::vector<double> sampleMetric(const std::vector<ScoredEvaluation>& seeds, const CurveMetric& metric,
                                 MetricScale scale, int episodes, const BootstrapOptions& options, const Rng& rng) {
  const int all = commonEpisodes(seeds);
  const int used = episodes > 0 ? std::min(episodes, all) : all;
  LIMBECK_CHECK(used >= metric.least_episodes, fmt::format("{} episodes of {}", used, metric.least_episodes));
  std::vector<ScoredEvaluation> cut;
  for (const ScoredEvaluation& seed : seeds) cut.push_back(prepared(seed, scale, used));
  const ClusterTable table =
      clusterTable(cut, metric.needs_all_episodes ? static_cast<std::size_t>(used) : 1, metric.numbers);
  std::vector<double> samples;
  std::vector<double> means(table.columns);
  forEachResample(table, options, rng, [&](std::span<const double> weights) {
    std::ranges::fill(means, 0.0);
    for (std::size_t cluster = 0; cluster < weights.size(); ++cluster) {
      if (weights[cluster] == 0.0) continue;
      const double* row = table.values.data() + cluster * table.columns;
      for (std::size_t column = 0; column < means.size(); ++column) means[column] += weights[cluster] * row[column];
    }
    samples.push_back(metric.value(means));
  });
  return samples;
}

}  // namespace limbeck
