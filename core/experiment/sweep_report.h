// SPDX-License-Identifier: GPL-3.0-or-later
// An experiment file with all that has been run of it: its points (one, without a sweep), how they compare, and whether
// they show what the file claims.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment/claim_verdict.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/experiment_report.h"
#include "core/store/run_store.h"

namespace limbeck {

struct PointReport {
  SweepPoint point;
  std::optional<ExperimentReport> report;  ///< empty when it has not been run
};

/// How likely what is trained does better on a task at one point than at another, by the mean return of the last
/// episodes.
struct Improvement {
  std::string point;
  std::string over;
  Interval probability;
};

struct SweepReport {
  std::string name;
  std::string description;
  std::filesystem::path file{};     ///< of the experiment; empty where it came from the store
  double seconds = 0.0;             ///< that its runs worked; stages that were there already do not count
  std::vector<PointReport> points;  ///< one without a name when the file has no sweep
  std::vector<Improvement> improvements;
  std::vector<ClaimVerdict> verdicts;
  std::vector<PublishedNumber> published;

  bool isSweep() const { return points.size() > 1 || !points.front().point.name.empty(); }
};

/// `outcomes`: of the points of the file in their order, any number of seeds each.
SweepReport makeSweepReport(const ExperimentFile& file, std::vector<std::vector<SeedOutcome>> outcomes);

/// The finished runs of each point of the file that stand in the store: those of the same keys, whatever their seed and
/// the number of threads.
SweepReport loadSweepReport(const RunStore& store, const ExperimentFile& file);

/// Sets the speed of training where an outcome lacks it, from what its run recorded: it was read again, or its training
/// was skipped.
void fillSpeeds(const RunStore& store, std::vector<std::vector<SeedOutcome>>& outcomes);

/// The file of the newest run of a sweep, with the overrides that all of the sweep's runs had. Nothing when there is no
/// sweep of this name.
std::optional<ExperimentFile> findSweep(const RunStore& store, const std::string& name);

/// What all points train, in the words of `learnerLabel`; empty where they differ.
std::string commonLearner(const SweepReport& report);

/// "Probability that AD does better on a task, last episodes", above the improvements.
std::string improvementHeading(const SweepReport& report);

/// Documented in docs/run-json.md.
nlohmann::json toJson(const SweepReport& report);

/// A table of the points, then how they compare and the claims.
std::string describeReport(const SweepReport& report);

/// Return by in-context episode: what each point trains, with the published points. Without a sweep, what `plotReport`
/// of the experiment shows.
PlotModel plotReport(const SweepReport& report);

/// The mean return of the last episodes by the value of the swept key, where the sweep is over one key that is a
/// number.
std::optional<PlotModel> plotByValue(const SweepReport& report);

}  // namespace limbeck
