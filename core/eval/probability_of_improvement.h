// SPDX-License-Identifier: GPL-3.0-or-later
// How likely a run of X beats a run of Y on a task drawn at random: for each task the share of all pairs (seed of X,
// seed of Y) in which X scores higher, a tie counting half, which is the Mann-Whitney statistic over the number of
// pairs; then the mean over the tasks. Source: Agarwal et al. 2021 (rliable), section 4.3.
// Ours: the interval resamples tasks too, one draw of tasks for both.
#pragma once

#include <optional>
#include <vector>

#include "core/eval/scores.h"

namespace limbeck {

/// A score is the mean return of the last episodes, over a task's repeats. Nothing when the two did not all play the
/// same tasks. Deterministic in `rng`.
std::optional<Interval> probabilityOfImprovement(const std::vector<ScoredEvaluation>& x,
                                                 const std::vector<ScoredEvaluation>& y, int last_episodes,
                                                 const BootstrapOptions& options, const Rng& rng);

}  // namespace limbeck
