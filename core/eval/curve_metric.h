// SPDX-License-Identifier: GPL-3.0-or-later
// A number of a learning curve by its name, so that an experiment file can ask for it:
//   return_at_N             mean return of up to 10 episodes that end with episode N
//   first_N, last_N         mean return of the first or last N episodes
//   mean_return             of all episodes
//   A_minus_B               the difference of two of these: last_50_minus_first_5
//   episodes_to_X           the first episode at which the mean curve's trailing mean of five reaches the return X;
//                           episodes + 1 when it never does
//   highest_return          the highest trailing mean of ten of the mean curve
// and the scores of scores.h: first_return, last_returns, normalized_last, area_under_curve, episodes_to_80_percent,
// never_reached_share.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/eval/stream_numbers.h"

namespace limbeck {

/// What the returns are measured in.
enum class MetricScale {
  Return,      ///< as they are
  Normalized,  ///< N, per task: 0 is random, 1 the optimum
};

struct CurveMetric {
  int least_episodes = 1;                                      ///< a shorter curve has no such number
  bool needs_all_episodes = false;                             ///< of the mean curve rather than of each stream
  StreamNumbers numbers;                                       ///< [1], or [episodes] of the curve
  std::function<double(std::span<const double> means)> value;  ///< from the means over tasks and seeds
};

/// Nothing when there is no such metric. `last_episodes` is what "last_returns" and "normalized_last" mean.
std::optional<CurveMetric> findCurveMetric(std::string_view name, int last_episodes);

/// Every name, with N and X for the numbers in it: for "did you mean".
const std::vector<std::string>& curveMetricNames();

/// The metric as it is and in each resample, as `forEachResample` visits them. `episodes`: use only the first so many
/// of each curve; 0 for all. Tables of the same shape see the same resamples for the same `rng`, which pairs them.
std::vector<double> sampleMetric(const std::vector<ScoredEvaluation>& seeds, const CurveMetric& metric,
                                 MetricScale scale, int episodes, const BootstrapOptions& options, const Rng& rng);

}  // namespace limbeck
