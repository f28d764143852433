// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/experiment_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/interrupt.h"
#include "app/cli/open_workspace.h"
#include "app/cli/progress_line.h"
#include "app/cli/resume_hint.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/experiment/evaluation_stage.h"
#include "core/experiment/experiment_report.h"
#include "core/experiment/run_environment.h"
#include "core/jobs/job_engine.h"
#include "core/jobs/thread_team.h"
#include "core/plot/svg_writer.h"

namespace limbeck::cli {
namespace {

constexpr std::chrono::milliseconds kPollInterval{25};

/// One job per seed, in order; progress is polled, Ctrl-C stops what runs and what waits.
class SeedRuns {
 public:
  SeedRuns(const CommonOptions& common, const ExperimentOptions& options, const ExperimentFile& file,
           StageLimit through)
      : common_(common),
        options_(options),
        workspace_(openForWriting(common.workspace)),
        team_(threadCount(file.config)),
        request_{.config = file.config, .text = file.text, .overrides = options.overrides, .through = through} {}

  /// The outcomes of the seeds that were finished; `stopped()` says whether somebody stopped it.
  std::vector<SeedOutcome> execute(const std::vector<std::uint64_t>& seeds) {
    for (const std::uint64_t seed : seeds) {
      runSeed(seed);
      if (is_stopped_) break;
    }
    return std::move(outcomes_);
  }

  bool isStopped() const { return is_stopped_; }
  void rethrowFirstFailure() const {
    if (first_failure_) std::rethrow_exception(first_failure_);
  }
  const Workspace& workspace() const { return workspace_; }

 private:
  void runSeed(std::uint64_t seed) {
    RunRequest request = request_;
    request.config.seed = Seed{seed};
    const RunId run = openRun(workspace_, request);
    const std::string name = workspace_.store().run(run).name();
    if (!common_.is_quiet) fmt::print(stderr, "{} · {} · seed {}\n", name, request.config.name, seed);
    std::exception_ptr failure;
    JobEngine engine;
    const JobId job =
        engine.submit({.title = name,
                       .work =
                           [&](WorkControl& control) {
                             try {
                               outcomes_.push_back(runExperiment(workspace_, run, request, team_, control));
                             } catch (const Cancelled&) {
                               throw;
                             } catch (...) {
                               failure = std::current_exception();  // Keeps its type for the exit code.
                               throw;
                             }
                           },
                       .discard = {}});
    const JobSnapshot last = follow(engine, job);
    if (failure) noteFailure(name, last, failure);
    if (last.state == JobState::Stopped) {
      is_stopped_ = true;
      fmt::print(stderr, "Stopped. Kept: {}.\nTo go on: {}\n", last.kept.empty() ? "all finished work" : last.kept,
                 resumeCommand(common_, options_, request_.through));
    }
  }

  /// A seed that fails ends its own run only: the others go on, and what failed first settles the exit code.
  void noteFailure(const std::string& name, const JobSnapshot& job, const std::exception_ptr& failure) {
    if (first_failure_) fmt::print(stderr, "{}: {}\n", name, job.failure_message);
    if (!first_failure_) first_failure_ = failure;
  }

  JobSnapshot follow(JobEngine& engine, JobId job) const {
    ProgressLine line(common_.is_quiet);
    bool is_stopping = false;
    JobSnapshot snapshot = engine.snapshot(job);
    while (!isFinal(snapshot.state)) {
      if (interruptCount() > 0 && !is_stopping) {
        is_stopping = true;
        line.finish();
        fmt::print(stderr, "Stopping; saving what is worth keeping ...\n");
        engine.stopAndKeep(job);
      }
      line.show(snapshot);
      std::this_thread::sleep_for(kPollInterval);
      snapshot = engine.snapshot(job);
    }
    line.finish();
    return engine.wait(job);
  }

  const CommonOptions& common_;
  const ExperimentOptions& options_;
  Workspace workspace_;
  ThreadTeam team_;
  RunRequest request_;
  std::vector<SeedOutcome> outcomes_;
  bool is_stopped_ = false;
  std::exception_ptr first_failure_;
};

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
  return fmt::format(" ({:.1f} % in steps, {:.1f} % validation)", 100.0 * outcome.training_step_seconds / timing.seconds,
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

}  // namespace

ExitCode executeExperiment(const CommonOptions& common, const ExperimentOptions& options, StageLimit through) {
  checkOptions(options);
  ExperimentFile file = loadExperiment(options.file, options.overrides);
  if (common.threads >= 0) file.config.threads = common.threads;
  file.config.threads =
      threadCount(file.config);  // The number itself, because results depend on it and are found by it.
  validate(file.config);
  countInterrupts();
  SeedRuns runs(common, options, file, through);
  const std::vector<std::uint64_t> seeds = options.seeds.empty() ? std::vector{file.config.seed.value} : options.seeds;
  std::vector<SeedOutcome> outcomes = runs.execute(seeds);
  if (runs.isStopped()) return ExitCode::Stopped;
  if (!options.prints_json) printStages(outcomes);
  if (outcomes.empty() || through != StageLimit::Evaluation) {
    runs.rethrowFirstFailure();
    return ExitCode::Success;
  }

  const ExperimentReport report = makeReport(file.config, std::move(outcomes));
  const std::filesystem::path picture = picturePath(options, runs.workspace(), file.config);
  if (options.prints_json) {
    fmt::print("{}\n", toJson(report).dump(2));
  } else {
    fmt::print("{}", describeReport(report));
  }
  writeFileAtomically(picture, svgText(plotReport(report)));
  if (!options.prints_json) fmt::print("Picture: {}\n", picture.string());
  runs.rethrowFirstFailure();
  return ExitCode::Success;
}

}  // namespace limbeck::cli
