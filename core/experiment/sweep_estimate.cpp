// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/sweep_estimate.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "core/experiment/stage_hash.h"

namespace limbeck {
namespace {

/// A measurement takes a third of a second or more.
constexpr std::size_t kMostMeasured = 12;

/// The points that do a stage, by their place: the first of those that share it.
template <typename HashOf>
std::set<std::size_t> firstOfEach(std::span<const SweepPoint> points, HashOf hashOf) {
  std::set<std::string> hashes;
  std::set<std::size_t> first;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (hashes.insert(hashOf(points[i].config)).second) first.insert(i);
  }
  return first;
}

}  // namespace

RunEstimate estimateSweep(std::span<const SweepPoint> points, int seeds, Team& team, WorkControl& control) {
  const std::set<std::size_t> histories = firstOfEach(points, [](const auto& config) { return historiesHash(config); });
  const std::set<std::size_t> training = firstOfEach(points, [](const auto& config) { return trainingHash(config); });
  const std::size_t measured = std::min(points.size(), kMostMeasured);
  // Evenly among the points, the first and the last among them.
  const auto place = [&](std::size_t i) { return measured == 1 ? 0 : i * (points.size() - 1) / (measured - 1); };
  std::size_t measured_histories = 0;
  std::size_t measured_training = 0;
  for (std::size_t i = 0; i < measured; ++i) {
    measured_histories += histories.contains(place(i)) ? 1 : 0;
    measured_training += training.contains(place(i)) ? 1 : 0;
  }
  const auto scale = [seeds](std::size_t all, std::size_t seen) {
    return seeds * static_cast<double>(all) / static_cast<double>(std::max<std::size_t>(1, seen));
  };
  const double of_histories = scale(histories.size(), measured_histories);
  const double of_training = scale(training.size(), measured_training);
  const double of_evaluation = scale(points.size(), measured);
  const auto scaled = [](std::int64_t count, double factor) {
    return std::llround(static_cast<double>(count) * factor);
  };
  RunEstimate total;
  for (std::size_t i = 0; i < measured; ++i) {
    const RunEstimate one = estimateRun(points[place(i)].config, team, control);
    total.evaluation_seconds += one.evaluation_seconds * of_evaluation;
    total.disk_bytes += scaled(one.disk_bytes, of_evaluation);
    total.memory_bytes = std::max(total.memory_bytes, one.memory_bytes);
    total.parameters = std::max(total.parameters, one.parameters);
    if (histories.contains(place(i))) {
      total.histories_seconds += one.histories_seconds * of_histories;
      total.transitions += scaled(one.transitions, of_histories);
    }
    if (training.contains(place(i))) {
      total.training_seconds += one.training_seconds * of_training;
      total.training_tokens += scaled(one.training_tokens, of_training);
    }
  }
  return total;
}

}  // namespace limbeck
