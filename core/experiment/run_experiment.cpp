// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_experiment.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <span>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/experiment/evaluation_stage.h"
#include "core/experiment/experiment_report.h"
#include "core/experiment/histories_stage.h"
#include "core/experiment/run_environment.h"
#include "core/experiment/run_heartbeat.h"
#include "core/experiment/stage_hash.h"
#include "core/experiment/training_stage.h"

namespace limbeck {
namespace {

/// What seeds of one experiment share: every key that its results or its report depend on, but for the seed. Runs of
/// two groups may still share histories, checkpoints and rollouts, which are found by what made them alone.
std::string groupKey(ExperimentConfig config) {
  config.seed = Seed{0};
  config.description.clear();
  config.training.checkpoint_every_seconds = 0.0;
  const std::string text = evaluationHash(config) + identityOf(config).dump();
  return hashBytes(std::as_bytes(std::span(text)));
}

/// Brings a run's row to an end whatever happens to its stages.
class RunRow {
 public:
  RunRow(RunStore& store, RunId run) : store_(store), run_(run), was_done_(store.run(run).state == RunState::Done) {
    store_.updateState(run_, RunState::Running);
  }

  void end(RunState state) { write(state, {}, {}); }

  /// Called with an exception under way, which matters more than a row that a full disk cannot take.
  void fail(RunState state, std::string code = {}, std::string message = {}) noexcept {
    try {
      if (was_done_) {
        write(RunState::Done, {}, {});  // Running it once more came to nothing; what it came to before stands.
      } else {
        write(state, std::move(code), std::move(message));
      }
    } catch (const std::exception& error) {
      log::warning("the state of the run was not recorded: {}", error.what());
    }
  }

 private:
  void write(RunState state, std::string code, std::string message) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    store_.updateState(
        run_, state,
        {.additional_wall_seconds = seconds, .failure_code = std::move(code), .failure_message = std::move(message)});
  }

  RunStore& store_;
  RunId run_;
  const bool was_done_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void storeScores(const StageContext& context, const SeedOutcome& outcome) {
  const ExperimentReport report = makeReport(context.config, {outcome});
  std::vector<ScoreRecord> records;
  for (const PolicyReport& policy : report.policies) {
    for (const auto& [name, interval] : namedScores(policy.scores)) {
      records.push_back(
          {.policy = policy.policy, .name = name, .mean = interval.mean, .low = interval.low, .high = interval.high});
    }
  }
  context.workspace.store().putScores(context.run, records);
}

SeedOutcome runStages(const Workspace& workspace, RunId run, const RunRequest& request, Team& team,
                      WorkControl& control) {
  const ExperimentConfig& config = request.config;
  validate(config);
  const std::unique_ptr<Environment> environment = makeEnvironment(config.environment);
  const TaskSplit split = splitTasks(*environment, config.tasks);
  const StageContext context{.config = config,
                             .environment = *environment,
                             .split = split,
                             .workspace = workspace,
                             .run = run,
                             .team = team,
                             .control = control,
                             .live = request.live};
  const auto tellStage = [&](const char* stage) {
    if (request.live != nullptr) request.live->publishStage(stage);
  };
  SeedOutcome outcome{.seed = config.seed, .run_name = workspace.store().run(run).name()};
  if (config.method == TrainingMethod::Distillation) {
    tellStage("histories");
    outcome.timings.push_back(runHistoriesStage(context));
  }
  if (request.through == StageLimit::Histories) return outcome;
  tellStage("training");
  outcome.timings.push_back(runTrainingStage(context, outcome));
  if (request.through == StageLimit::Training) return outcome;
  tellStage("evaluation");
  outcome.timings.push_back(runEvaluationStage(context, outcome));
  storeScores(context, outcome);
  return outcome;
}

}  // namespace

RunId openRun(const Workspace& workspace, const RunRequest& request) {
  RunStore& store = workspace.store();
  const std::string group = groupKey(request.config);
  for (const RunRecord& record : store.listRuns({.group_key = group})) {
    if (record.seed != request.config.seed.value) continue;
    // Resumed by itself, a run says nothing of the sweep that it belongs to and stays in it.
    const bool is_new = record.sweep != request.sweep || record.point != request.point;
    if (!request.sweep.empty() && is_new) store.setSweep(record.id, request.sweep, request.point);
    return record.id;
  }
  return store.createRun({.kind = request.config.method == TrainingMethod::Rl2 ? "RL2" : "AD",
                          .title = request.point.empty() ? request.config.name
                                                         : fmt::format("{} · {}", request.config.name, request.point),
                          .experiment = request.config.name,
                          .seed = request.config.seed.value,
                          .group_key = group,
                          .sweep = request.sweep,
                          .point = request.point,
                          .inputs = {.config_toml = request.text,
                                     .overrides = request.overrides,
                                     .config_json = toJson(request.config).dump(),
                                     .environment_info = describeRunEnvironment(request.config).dump()}});
}

SeedOutcome runExperiment(const Workspace& workspace, RunId run, const RunRequest& request, Team& team,
                          WorkControl& control) {
  RunRow row(workspace.store(), run);
  RunHeartbeat heartbeat(control, workspace.store(), run);
  try {
    SeedOutcome outcome = runStages(workspace, run, request, team, heartbeat);
    row.end(RunState::Done);
    return outcome;
  } catch (const Cancelled&) {
    row.fail(RunState::Stopped);
    throw;
  } catch (const Error& error) {
    row.fail(RunState::Failed, std::string(errorCodeName(error.code())), error.what());
    throw;
  } catch (const std::exception& error) {
    row.fail(RunState::Failed, "Bug", error.what());
    throw;
  }
}

}  // namespace limbeck
