// SPDX-License-Identifier: GPL-3.0-or-later
// What a learning curve is worth. N = (return - random) / (optimum - random), per task, so that far and near goals
// weigh alike.
#pragma once

#include <utility>
#include <vector>

#include "core/base/rng.h"
#include "core/env/reference_returns.h"
#include "core/eval/in_context_evaluator.h"

namespace limbeck {

/// A mean with its 95 % interval.
struct Interval {
  double mean = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// One seed's evaluation with the exact references of its streams' tasks.
struct ScoredEvaluation {
  EvaluationResult result;
  std::vector<ReferenceReturns> references;  ///< [streams]
};

/// Mean return per episode over tasks and seeds, with bootstrap bands.
struct LearningCurve {
  std::vector<Interval> returns;  ///< [episodes]
};

struct CurveScores {
  Interval first_return;  ///< episode 1
  Interval last_returns;  ///< mean of the last `last_episodes`
  int last_episodes = 5;
  std::vector<std::pair<int, Interval>>
      return_at;                          ///< at chosen episodes (1-based): mean over a window of up to 10 ending there
  Interval normalized_last;               ///< N over the last episodes
  Interval interquartile_last_returns{};  ///< interquartile mean over (task, seed) of the last returns
  Interval interquartile_normalized_last{};  ///< likewise of N
  Interval area_under_curve;                 ///< mean N over all episodes (normalised area, NAUC)
  Interval episodes_to_80_percent;  ///< first episode whose 5-episode trailing mean reaches 80 % of the task's optimum;
                                    ///< streams that never do count as episodes + 1
  Interval never_reached_share;     ///< share of streams whose return never exceeded 0
};

struct BootstrapOptions {
  int resamples = 2000;
};

/// `seeds`: one entry per training seed, all with the same number of episodes. The bootstrap resamples seeds and tasks,
/// crossed where all seeds played the same tasks, else nested (cluster_bootstrap.h); repeats of a task stay together.
/// Deterministic in `rng`.
LearningCurve summarizeCurve(const std::vector<ScoredEvaluation>& seeds, const BootstrapOptions& options,
                             const Rng& rng);
/// Episodes of `at_episodes` beyond the curve's end are left out of `return_at`; `last_episodes` is cut to the curve's
/// length. A task whose optimum is no better than random counts as N = 1.
CurveScores scoreCurve(const std::vector<ScoredEvaluation>& seeds, const std::vector<int>& at_episodes,
                       int last_episodes, const BootstrapOptions& options, const Rng& rng);

/// Mean return over the last episodes of `a` minus that of `b`, which played the same tasks under the same seeds: AD
/// minus its context-cleared control. Paired: a resample takes a task's both values or none, so that what makes a task
/// easy for both cancels out.
Interval meanDifference(const std::vector<ScoredEvaluation>& a, const std::vector<ScoredEvaluation>& b,
                        int last_episodes, const BootstrapOptions& options, const Rng& rng);

}  // namespace limbeck
