// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/experiment_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/cli/interrupt.h"
#include "app/cli/progress_line.h"
#include "app/cli/published_for.h"
#include "app/cli/seed_runs.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/experiment/run_environment.h"
#include "core/experiment/sweep_report.h"
#include "core/plot/svg_writer.h"

namespace limbeck::cli {
namespace {

/// The name is free text, so a slash in it must not lead out of the workspace.
std::string fileName(std::string name) {
  std::ranges::replace(name, '/', '_');
  return name.empty() ? "experiment" : name;
}

std::filesystem::path picturePath(const ExperimentOptions& options, const Workspace& workspace,
                                  const ExperimentConfig& config) {
  return options.output.empty() ? workspace.folder() / (fileName(config.name) + ".svg") : options.output;
}

/// What would fail after the work, said before it.
void checkOptions(const ExperimentOptions& options) {
  std::vector<std::uint64_t> seeds = options.seeds;
  std::ranges::sort(seeds);
  if (const auto twice = std::ranges::adjacent_find(seeds); twice != seeds.end()) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("--seed: {} is there twice, and would count twice in every mean; give it once", *twice));
  }
  if (options.output.empty()) return;
  const std::filesystem::path folder = std::filesystem::absolute(options.output).parent_path();
  if (!std::filesystem::is_directory(folder)) {
    throw Error(ErrorCode::NotFound, fmt::format("--output {}: there is no folder {}; make it first",
                                                 options.output.string(), folder.string()));
  }
  if (std::filesystem::is_directory(options.output)) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("--output {}: a folder; give the name of the file too", options.output.string()));
  }
}

/// " (97.1 % in steps, 1.9 % validation)": the rest is loading, metrics, checkpoints and the live test.
std::string shareText(const SeedOutcome& outcome, const StageTiming& timing) {
  if (timing.stage != "training" || outcome.training_step_seconds <= 0.0) return {};
  return fmt::format(" ({:.1f} % in steps, {:.1f} % validation)",
                     100.0 * outcome.training_step_seconds / timing.seconds,
                     100.0 * outcome.validation_seconds / timing.seconds);
}

void printStages(const std::vector<SeedOutcome>& outcomes) {
  for (const SeedOutcome& outcome : outcomes) {
    fmt::print("{} (seed {}):", outcome.run_name, outcome.seed.value);
    for (const StageTiming& timing : outcome.timings) {
      fmt::print(" {} {}{}{}", timing.stage, durationText(timing.seconds), timing.skipped ? " (was there)" : "",
                 shareText(outcome, timing));
    }
    fmt::print("\n");
  }
}

/// What is to be run: every point with every seed. A sweep goes through its points first, so that they can be compared
/// before all seeds are done.
class Plan {
 public:
  Plan(const CommonOptions& common, const ExperimentOptions& options, StageLimit through)
      : file_(loadExperiment(options.file, options.overrides)),
        overrides_(options.overrides),
        through_(through),
        seeds_(options.seeds) {
    if (common.threads >= 0) file_.config.threads = common.threads;
    // The number itself, because results depend on it and are found by it.
    file_.config.threads = threadCount(file_.config);
    for (SweepPoint& point : file_.points) point.config.threads = file_.config.threads;
    for (const SweepPoint& point : pointsOf(file_)) validate(point);
    for (int i = 0; seeds_.empty() || (options.seeds.empty() && i < file_.seeds); ++i) {
      seeds_.push_back(file_.config.seed.value + static_cast<std::uint64_t>(i));
    }
  }

  const ExperimentFile& file() const { return file_; }
  bool isSweep() const { return !file_.points.empty(); }

  /// [points][seeds that were finished]
  std::vector<std::vector<SeedOutcome>> execute(SeedRuns& runs) const {
    const std::vector<SweepPoint> points = pointsOf(file_);
    std::vector<std::vector<SeedOutcome>> outcomes(points.size());
    for (const std::uint64_t seed : seeds_) {
      for (std::size_t i = 0; i < points.size(); ++i) {
        if (auto outcome = runs.run(requestOf(points[i], seed))) outcomes[i].push_back(std::move(*outcome));
        if (runs.isStopped()) return outcomes;
      }
    }
    return outcomes;
  }

 private:
  RunRequest requestOf(const SweepPoint& point, std::uint64_t seed) const {
    RunRequest request{.config = point.config, .text = file_.text, .overrides = point.overrides, .through = through_};
    request.overrides.insert(request.overrides.end(), overrides_.begin(), overrides_.end());
    request.config.seed = Seed{seed};
    if (isSweep()) request.sweep = file_.config.name;
    request.point = point.name;
    return request;
  }

  ExperimentFile file_;
  std::vector<std::string> overrides_;
  StageLimit through_;
  std::vector<std::uint64_t> seeds_;
};

void printSweep(const SweepReport& report, const ExperimentOptions& options) {
  if (options.prints_json) {
    fmt::print("{}\n", toJson(report).dump(2));
  } else {
    fmt::print("{}", describeReport(report));
  }
}

/// The experiment's own report, with its claims below.
void printExperiment(const SweepReport& sweep, const ExperimentOptions& options) {
  const ExperimentReport& report = *sweep.points.front().report;
  if (options.prints_json) {
    nlohmann::json json = toJson(report);
    for (const ClaimVerdict& verdict : sweep.verdicts) json["claims"].push_back(toJson(verdict));
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("{}", describeReport(report));
  if (!sweep.verdicts.empty()) fmt::print("\nClaims:\n");
  for (const ClaimVerdict& verdict : sweep.verdicts) fmt::print("{}", describeVerdict(verdict));
}

}  // namespace

ExitCode executeExperiment(const CommonOptions& common, const ExperimentOptions& options, StageLimit through) {
  checkOptions(options);
  const Plan plan(common, options, through);
  countInterrupts();
  SeedRuns runs(common, options, plan.file().config.threads);
  std::vector<std::vector<SeedOutcome>> outcomes = plan.execute(runs);
  if (runs.isStopped()) return ExitCode::Stopped;
  if (!options.prints_json) std::ranges::for_each(outcomes, printStages);
  const bool has_none = std::ranges::all_of(outcomes, [](const auto& seeds) { return seeds.empty(); });
  if (has_none || through != StageLimit::Evaluation) {
    runs.rethrowFirstFailure();
    return ExitCode::Success;
  }
  fillSpeeds(runs.workspace().store(), outcomes);
  SweepReport report = makeSweepReport(plan.file(), std::move(outcomes));
  report.published = publishedFor(plan.file(), options.file.parent_path());
  const std::filesystem::path picture = picturePath(options, runs.workspace(), plan.file().config);
  if (plan.isSweep()) {
    printSweep(report, options);
  } else {
    printExperiment(report, options);
  }
  writeFileAtomically(picture, svgText(plotReport(report)));
  if (!options.prints_json) fmt::print("Picture: {}\n", picture.string());
  runs.rethrowFirstFailure();
  return ExitCode::Success;
}

}  // namespace limbeck::cli
