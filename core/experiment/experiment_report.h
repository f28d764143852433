// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment_config.h"
#include "core/experiment/seed_outcome.h"
#include "core/plot/plot_model.h"

namespace limbeck {

/// One policy over all seeds.
struct PolicyReport {
  std::string policy;
  LearningCurve curve;
  CurveScores scores;
};

/// An experiment over its seeds: what is printed, drawn and written as JSON.
struct ExperimentReport {
  ExperimentConfig config;
  std::vector<SeedOutcome> seeds;
  int held_out_tasks = 0;
  double optimum = 0.0;  ///< exact mean over the held-out tasks
  double random = 0.0;   ///< likewise, of the uniform random policy
  std::vector<PolicyReport> policies;
  std::optional<Interval> gap_to_cleared;  ///< AD minus its context-cleared control, mean return of the last episodes;
                                           ///< empty without the control
};

/// `outcomes`: at least one, all of the same experiment apart from the seed; reported by rising seed.
ExperimentReport makeReport(const ExperimentConfig& config, std::vector<SeedOutcome> outcomes);

/// Each score with its name in the database: "return_at_100".
std::vector<std::pair<std::string, Interval>> namedScores(const CurveScores& scores);

/// The object that `run --json` prints; documented in docs/run-json.md.
nlohmann::json toJson(const ExperimentReport& report);

/// A few lines for a terminal.
std::string describeReport(const ExperimentReport& report);

/// Return by in-context episode: AD with its band, the cleared control, the source, optimum and random lines.
PlotModel plotReport(const ExperimentReport& report);

struct ReportPlotOptions {
  enum class XAxis { Episode, EnvironmentStep };

  bool shows_seeds = false;  ///< each seed's mean over the tasks as a thin line
  XAxis x_axis = XAxis::Episode;
  bool shows_marks = true;  ///< where AD and the source first reach 80 % of the optimum, as a mean over 5 episodes
  double smoothing = -1.0;  ///< episodes of the moving mean, 0 for none; below 0: as many as suit the length
};

/// Episodes of the moving mean that suit a curve of that many, a fiftieth of it; 0 (none) for a short one.
double usualSmoothing(std::size_t episodes);

/// As above, with these options. By environment steps, an episode stands at the step on which it ends at the latest.
PlotModel plotReport(const ExperimentReport& report, const ReportPlotOptions& options);

}  // namespace limbeck
