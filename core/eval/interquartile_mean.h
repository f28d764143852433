// SPDX-License-Identifier: GPL-3.0-or-later
// The interquartile mean: the mean of the middle half of all (task, seed) scores, which neither one hopeless task nor
// one lucky seed can move. Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical
// Precipice", NeurIPS 2021 (rliable).
// Ours: the quarter at either end is cut exactly, a score on its edge counting in part (rliable drops whole scores,
// which is the same where the number of scores divides by four); the interval resamples tasks as well as seeds.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/eval/cluster_bootstrap.h"

namespace limbeck {

/// `values` ascending; `weights`, one a value, need not sum to 1. There must be weight.
double interquartileMean(std::span<const double> values, std::span<const double> weights);

/// For each of `columns` of the table the interquartile mean over its clusters with its 95 % percentile interval, over
/// the resamples that `bootstrapMeans` draws from the same `rng`.
std::vector<Interval> bootstrapInterquartileMeans(const ClusterTable& table, const std::vector<std::size_t>& columns,
                                                  const BootstrapOptions& options, const Rng& rng);

}  // namespace limbeck
