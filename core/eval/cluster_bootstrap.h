// SPDX-License-Identifier: GPL-3.0-or-later
// The stratified, clustered percentile bootstrap (Davison and Hinkley, "Bootstrap Methods and their Application", 1997,
// sections 2.4 and 3.8): a resample draws seeds with replacement and tasks with replacement. Where all seeds played the
// same tasks, the two are crossed: one draw of tasks serves all drawn seeds, because a hard goal is hard in each of
// them and three seeds on 16 goals are not 48 goals. Where the tasks differ they are nested: each drawn seed draws its
// own. Streams of one task in one seed share a transformer and a goal, so they are averaged first and stay together.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/base/rng.h"
#include "core/eval/scores.h"

namespace limbeck {

/// Numbers of every (seed, task), each the mean over its repeats. Tasks of one seed stand together.
struct ClusterTable {
  std::vector<std::size_t> seed_offsets{
      0};                          ///< [seeds + 1]: seed s has the clusters seed_offsets[s] .. seed_offsets[s + 1]
  std::size_t columns = 0;         ///< numbers a cluster
  std::vector<double> values;      ///< [clusters, columns]
  bool seeds_share_tasks = false;  ///< every seed has the same tasks in the same order

  std::size_t seeds() const { return seed_offsets.size() - 1; }
  std::size_t clusters() const { return seed_offsets.back(); }
};

/// For every column the mean over seeds of the mean over their tasks, with its 95 % percentile interval. All columns
/// see the same resamples. Deterministic in `rng`. O(resamples * clusters * columns), vectorised; the memory does not
/// grow with columns.
std::vector<Interval> bootstrapMeans(const ClusterTable& table, const BootstrapOptions& options, const Rng& rng);

/// Calls `visit` with what each cluster weighs, [clusters]: first when nothing is resampled, then in every resample.
/// The weights sum to 1. The resamples are those of `bootstrapMeans` with the same `rng`; tables of the same shape see
/// the same ones, which pairs what is computed from them.
void forEachResample(const ClusterTable& table, const BootstrapOptions& options, const Rng& rng,
                     const std::function<void(std::span<const double> weights)>& visit);

/// `values`: a number as it is, then in every resample, as `forEachResample` visits them. The 95 % percentile interval;
/// values that are not finite leave the bounds and the mean not finite only where they decide them.
Interval percentileInterval(const std::vector<double>& values);

/// The value below which the share `probability` of `values` lies, by linear interpolation between order statistics
/// (Hyndman and Fan's type 7). Reorders `values`, of which there must be one at least.
double quantile(std::vector<double>& values, double probability);

}  // namespace limbeck
