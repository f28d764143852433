// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/stored_run.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/experiment/experiment_file.h"

namespace limbeck {
namespace {

PolicyEvaluation toEvaluation(CurveRecord curve) {
  PolicyEvaluation evaluation{.policy = curve.policy, .scored = {}};
  EvaluationResult& result = evaluation.scored.result;
  result.episodes = curve.episodes;
  result.returns = std::move(curve.returns);
  result.seconds = curve.seconds;
  for (int stream = 0; stream < curve.streams; ++stream) {
    result.tasks.push_back(static_cast<TaskId>(curve.task_ids[stream]));
    result.repeats.push_back(curve.repeats[stream]);
    evaluation.scored.references.push_back(
        {.optimal = curve.optimal_returns[stream], .random = curve.random_returns[stream]});
  }
  return evaluation;
}

nlohmann::json stageJson(const RunRecord& run, const StageRecord& stage) {
  return {{"stage", stage.kind},         {"hash", stage.hash},       {"state", runStateName(seenState(run, stage))},
          {"output", stage.output_path}, {"seconds", stage.seconds}, {"skipped", stage.is_skipped}};
}

nlohmann::json optionalTime(const std::optional<std::int64_t>& milliseconds) {
  return milliseconds ? nlohmann::json(*milliseconds) : nlohmann::json(nullptr);
}

}  // namespace

ExperimentConfig loadRunConfig(const RunStore& store, const RunRecord& run) {
  const RunInputs inputs = store.inputs(run.id);
  ExperimentConfig config = parseExperiment(inputs.config_toml, run.name(), inputs.overrides);
  config.seed = Seed{run.seed};
  return config;
}

SeedOutcome loadOutcome(const RunStore& store, const RunRecord& run) {
  SeedOutcome outcome{.seed = Seed{run.seed}, .run_name = run.name()};
  for (CurveRecord& curve : store.curves(run.id, {}, "held_out"))
    outcome.policies.push_back(toEvaluation(std::move(curve)));
  for (const StageRecord& stage : store.stages(run.id)) {
    outcome.timings.push_back({.stage = stage.kind, .seconds = stage.seconds, .skipped = stage.is_skipped});
  }
  return outcome;
}

ExperimentReport loadReport(const RunStore& store, const RunRecord& run, ReportScope scope) {
  std::vector<RunRecord> members{run};
  if (scope == ReportScope::Group) members = store.listRuns({.state = RunState::Done, .group_key = run.group_key});
  std::vector<SeedOutcome> outcomes;
  for (const RunRecord& member : members) {
    SeedOutcome outcome = loadOutcome(store, member);
    if (!outcome.policies.empty()) outcomes.push_back(std::move(outcome));
  }
  if (outcomes.empty()) {
    throw Error(
        ErrorCode::NotFound,
        fmt::format("{}: not evaluated yet, so there is no curve; finish it with `limbeck-cli run`", run.name()));
  }
  return makeReport(loadRunConfig(store, run), std::move(outcomes));
}

RunState seenState(const RunRecord& run, const StageRecord& stage) {
  const bool is_orphan = stage.state == RunState::Running && isFinal(run.state);
  return is_orphan ? RunState::Interrupted : stage.state;
}

nlohmann::json runRecordJson(const RunStore& store, const RunRecord& run) {
  const RunInputs inputs = store.inputs(run.id);
  nlohmann::json record = {{"name", run.name()},
                           {"title", run.title},
                           {"experiment", run.experiment},
                           {"seed", run.seed},
                           {"group", run.group_key},
                           {"sweep", run.sweep.empty() ? nlohmann::json(nullptr) : nlohmann::json(run.sweep)},
                           {"point", run.sweep.empty() ? nlohmann::json(nullptr) : nlohmann::json(run.point)},
                           {"state", runStateName(run.state)},
                           {"failure", {{"code", run.failure_code}, {"message", run.failure_message}}},
                           {"created_ms", run.created_ms},
                           {"started_ms", optionalTime(run.started_ms)},
                           {"finished_ms", optionalTime(run.finished_ms)},
                           {"wall_seconds", run.wall_seconds},
                           {"notes", run.notes},
                           {"tags", run.tags},
                           {"starred", run.is_starred},
                           {"experiment_file", inputs.config_toml},
                           {"overrides", inputs.overrides},
                           {"config", nlohmann::json::parse(inputs.config_json)},
                           {"made_by", nlohmann::json::parse(inputs.environment_info)},
                           {"stages", nlohmann::json::array()},
                           {"scores", nlohmann::json::array()}};
  for (const StageRecord& stage : store.stages(run.id)) record["stages"].push_back(stageJson(run, stage));
  for (const ScoreRecord& score : store.scores(run.id)) {
    record["scores"].push_back({{"policy", score.policy},
                                {"name", score.name},
                                {"mean", score.mean},
                                {"low", score.low},
                                {"high", score.high}});
  }
  return record;
}

}  // namespace limbeck
