// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of single streams, gathered in the table that the bootstrap resamples.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/eval/cluster_bootstrap.h"
#include "core/eval/scores.h"

namespace limbeck {

/// One stream's returns with its task's references.
struct StreamCurve {
  std::span<const float> returns;  ///< [episodes]
  ReferenceReturns reference;
};

/// Writes a stream's numbers into `out`, [columns].
using StreamNumbers = std::function<void(const StreamCurve& stream, std::span<double> out)>;

/// The number of episodes, which must be the same in all seeds. An evaluation that contradicts itself is a bug.
int commonEpisodes(const std::vector<ScoredEvaluation>& seeds);

/// A row for each (seed, task), tasks ascending: the mean over the repeats of what `numbers` gives for their streams.
ClusterTable clusterTable(const std::vector<ScoredEvaluation>& seeds, std::size_t columns,
                          const StreamNumbers& numbers);

/// Whether every seed of both has played the same tasks.
bool shareTasks(const std::vector<ScoredEvaluation>& a, const std::vector<ScoredEvaluation>& b);

double mean(std::span<const float> values);

/// The mean of the up to `window` returns that end with 1-based `episode`.
double trailingMean(std::span<const float> returns, int episode, int window);

double lastMean(std::span<const float> returns, int last_episodes);

/// The window of a return "at" an episode, and the one of what counts as reached.
inline constexpr int kReturnAtWindow = 10;
inline constexpr int kTrailingWindow = 5;
/// Returns are sums of floats: a mean that reaches its threshold exactly must not miss it by rounding.
inline constexpr double kRounding = 1e-6;

/// The first episode, from 1, whose trailing mean reaches 80 % of the task's optimum; episodes + 1 when none does.
double episodesToGoodShare(const StreamCurve& stream);

/// Whether no return was above 0.
bool neverReached(std::span<const float> returns);

/// N = (return - random) / (optimal - random); 1 where nothing is to gain. Linear in the return, so that N of a mean
/// return is the mean of N.
double normalized(double task_return, const ReferenceReturns& reference);

}  // namespace limbeck
