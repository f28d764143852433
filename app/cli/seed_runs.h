// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/options.h"
#include "core/experiment/run_experiment.h"
#include "core/jobs/job_engine.h"
#include "core/jobs/thread_team.h"
#include "core/store/workspace.h"

namespace limbeck::cli {

/// Does the runs of an experiment or a sweep, one after the other; progress is polled, Ctrl-C stops what runs.
class SeedRuns {
 public:
  SeedRuns(const CommonOptions& common, const ExperimentOptions& options, int threads);

  /// Nothing when it failed, which ends its own run only, or was stopped.
  std::optional<SeedOutcome> run(const RunRequest& request);

  bool isStopped() const { return is_stopped_; }
  /// What failed first settles the exit code.
  void rethrowFirstFailure() const;
  const Workspace& workspace() const { return workspace_; }

 private:
  void noteFailure(const std::string& name, const JobSnapshot& job, const std::exception_ptr& failure);
  JobSnapshot follow(JobEngine& engine, JobId job) const;

  const CommonOptions& common_;
  const ExperimentOptions& options_;
  Workspace workspace_;
  ThreadTeam team_;
  bool is_stopped_ = false;
  std::exception_ptr first_failure_;
};

}  // namespace limbeck::cli
