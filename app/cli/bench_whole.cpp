// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/cli/bench_clock.h"
#include "app/cli/bench_groups.h"
#include "app/cli/interrupt.h"
#include "core/experiment/experiment_report.h"
#include "core/experiment/run_environment.h"
#include "core/experiment/run_experiment.h"

namespace limbeck::cli {
namespace {

/// Ctrl-C ends the experiment at its next safe point.
class StopByInterrupt final : public WorkControl {
 public:
  bool stopRequested() const override { return interruptCount() > 0; }
};

/// What one repetition came to.
struct WholeRun {
  double seconds = 0.0;
  SeedOutcome outcome;
  double held_out_return = 0.0;
  double optimum = 0.0;
};

WholeRun runOnce(const BenchSetup& setup, const ExperimentFile& file) {
  const std::filesystem::path folder = setup.scratch / "whole";
  std::filesystem::remove_all(folder);
  RunRequest request{.config = file.config, .text = file.text, .overrides = {}};
  request.config.threads = setup.team.size();
  WholeRun run;
  run.seconds = secondsOf([&] {
    const Workspace workspace(folder);
    StopByInterrupt control;
    run.outcome = runExperiment(workspace, openRun(workspace, request), request, setup.team, control);
  });
  std::filesystem::remove_all(folder);
  const ExperimentReport report = makeReport(request.config, {run.outcome});
  run.held_out_return = report.policies.front().scores.last_returns.mean;
  run.optimum = report.optimum;
  return run;
}

double stageSeconds(const WholeRun& run, std::string_view stage) {
  const auto found = std::ranges::find(run.outcome.timings, stage, &StageTiming::stage);
  return found == run.outcome.timings.end() ? 0.0 : found->seconds;
}

double overheadSeconds(const WholeRun& run) {
  return stageSeconds(run, "training") - run.outcome.training_step_seconds - run.outcome.validation_seconds;
}

template <typename Figure>
PathResult result(std::string name, const std::vector<WholeRun>& runs, const Figure& figure) {
  std::vector<double> values;
  std::ranges::transform(runs, std::back_inserter(values), figure);
  return {.name = std::move(name), .detail = {}, .figure = summarize(std::move(values))};
}

RowResult rowOf(const std::vector<WholeRun>& runs, std::string name, std::string note, std::string unit) {
  return {.group = "whole",
          .name = std::move(name),
          .note = std::move(note),
          .unit = std::move(unit),
          .repetitions = static_cast<int>(runs.size()),
          .baselines = {},
          .paths = {}};
}

}  // namespace

std::vector<RowResult> measureWhole(const BenchSetup& setup, const std::filesystem::path& experiment, int repetitions) {
  const ExperimentFile file = loadExperiment(experiment);
  std::vector<WholeRun> runs;
  for (int repetition = 0; repetition < repetitions; ++repetition) runs.push_back(runOnce(setup, file));

  RowResult times =
      rowOf(runs, fmt::format("{} from an empty workspace, seed {}", file.config.name, file.config.seed.value),
            runs.front().outcome.backend, "s");
  const auto stage = [](const char* name) { return [name](const WholeRun& run) { return stageSeconds(run, name); }; };
  times.paths = {
      result("all of it", runs, &WholeRun::seconds),
      result("histories", runs, stage("histories")),
      result("training", runs, stage("training")),
      result("  optimiser steps", runs, [](const WholeRun& run) { return run.outcome.training_step_seconds; }),
      result("  validation", runs, [](const WholeRun& run) { return run.outcome.validation_seconds; }),
      result("  the rest (overhead)", runs, overheadSeconds),
      result("evaluation", runs, stage("evaluation"))};

  RowResult share =
      rowOf(runs, "overhead of training", "loading, metrics, checkpoints, live test; by optimiser time", "%");
  share.paths = {result("share", runs, [](const WholeRun& run) {
    return 100.0 * overheadSeconds(run) / run.outcome.training_step_seconds;
  })};
  RowResult returns = rowOf(
      runs, fmt::format("held-out return of the last episodes (optimum {:.2f})", runs.front().optimum), {}, "return");
  returns.paths = {result("AD", runs, &WholeRun::held_out_return)};
  return {times, share, returns};
}

}  // namespace limbeck::cli
