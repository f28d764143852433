// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/seed_runs.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "app/cli/interrupt.h"
#include "app/cli/open_workspace.h"
#include "app/cli/progress_line.h"
#include "app/cli/resume_hint.h"

namespace limbeck::cli {
namespace {

constexpr std::chrono::milliseconds kPollInterval{25};

}  // namespace

SeedRuns::SeedRuns(const CommonOptions& common, const ExperimentOptions& options, int threads)
    : common_(common), options_(options), workspace_(openForWriting(common.workspace)), team_(threads) {}

std::optional<SeedOutcome> SeedRuns::run(const RunRequest& request) {
  const RunId run = openRun(workspace_, request);
  const std::string name = workspace_.store().run(run).name();
  if (!common_.is_quiet) {
    fmt::print(stderr, "{} · {}{}{} · seed {}\n", name, request.config.name, request.point.empty() ? "" : " · ",
               request.point, request.config.seed.value);
  }
  std::optional<SeedOutcome> outcome;
  std::exception_ptr failure;
  JobEngine engine;
  const JobId job = engine.submit({.title = name,
                                   .work =
                                       [&](WorkControl& control) {
                                         try {
                                           outcome = runExperiment(workspace_, run, request, team_, control);
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
               resumeCommand(common_, options_, request.through));
  }
  return outcome;
}

void SeedRuns::rethrowFirstFailure() const {
  if (first_failure_) std::rethrow_exception(first_failure_);
}

void SeedRuns::noteFailure(const std::string& name, const JobSnapshot& job, const std::exception_ptr& failure) {
  if (first_failure_) fmt::print(stderr, "{}: {}\n", name, job.failure_message);
  if (!first_failure_) first_failure_ = failure;
}

JobSnapshot SeedRuns::follow(JobEngine& engine, JobId job) const {
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

}  // namespace limbeck::cli
