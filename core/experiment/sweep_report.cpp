// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/sweep_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/eval/probability_of_improvement.h"
#include "core/eval/score_json.h"
#include "core/experiment/policy_evaluations.h"
#include "core/experiment/stored_run.h"

namespace limbeck {
namespace {

/// Every pair up to so many points; beyond, each against the first only, or the list would bury the report.
constexpr std::size_t kMostPairedPoints = 8;

/// What runs of one point have in common.
std::string identityOfPoint(ExperimentConfig config) {
  config.seed = Seed{0};
  config.description.clear();
  config.training.checkpoint_every_seconds = 0.0;
  config.threads = 0;
  return identityOf(config).dump();
}

std::optional<std::string> identityOfRun(const RunStore& store, const RunRecord& run) {
  try {
    return identityOfPoint(loadRunConfig(store, run));
  } catch (const Error& error) {
    log::warning("{} is left out: {}", run.name(), error.what());  // Its file names what this build does not know.
    return std::nullopt;
  }
}

std::optional<Improvement> compare(const PointOutcomes& point, const PointOutcomes& over) {
  const EvaluationConfig& options = point.point.config.evaluation;
  const auto probability =
      probabilityOfImprovement(evaluationsOf(point.seeds, kPolicyAd), evaluationsOf(over.seeds, kPolicyAd),
                               options.last_episodes, options.bootstrap, Rng(kBootstrapSeed).split("improvement"));
  if (!probability) return std::nullopt;
  return Improvement{point.point.name, over.point.name, *probability};
}

std::vector<Improvement> compareAll(const std::vector<PointOutcomes>& points) {
  std::vector<Improvement> improvements;
  for (std::size_t later = 1; later < points.size(); ++later) {
    const std::size_t others = points.size() <= kMostPairedPoints ? later : 1;
    for (std::size_t earlier = 0; earlier < others; ++earlier) {
      if (auto improvement = compare(points[later], points[earlier])) improvements.push_back(std::move(*improvement));
    }
  }
  return improvements;
}

std::vector<SeedOutcome> loadGroup(const RunStore& store, const std::string& group_key) {
  std::vector<SeedOutcome> outcomes;
  for (const RunRecord& run : store.listRuns({.state = RunState::Done, .group_key = group_key})) {
    SeedOutcome outcome = loadOutcome(store, run);
    if (outcome.policies.empty()) continue;
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

double secondsOf(const std::vector<SeedOutcome>& seeds) {
  double seconds = 0.0;
  for (const SeedOutcome& outcome : seeds) {
    for (const StageTiming& timing : outcome.timings) seconds += timing.skipped ? 0.0 : timing.seconds;
  }
  return seconds;
}

nlohmann::json publishedJson(const PublishedNumber& number) {
  return {{"figure", number.figure},
          {"curve", number.curve},
          {"axis", number.axis},
          {"x", number.x},
          {"y", number.y},
          {"error", number.error ? nlohmann::json(*number.error) : nlohmann::json(nullptr)},
          {"reading", number.reading},
          {"source", number.source}};
}

}  // namespace

SweepReport makeSweepReport(const ExperimentFile& file, std::vector<std::vector<SeedOutcome>> outcomes) {
  const std::vector<SweepPoint> points = pointsOf(file);
  LIMBECK_CHECK(points.size() == outcomes.size(),
                fmt::format("{} points, {} outcomes", points.size(), outcomes.size()));
  SweepReport report{.name = file.config.name, .description = file.config.description, .file = file.path};
  std::vector<PointOutcomes> all;
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::ranges::sort(outcomes[i], {}, [](const SeedOutcome& outcome) { return outcome.seed.value; });
    report.seconds += secondsOf(outcomes[i]);
    PointReport point{.point = points[i], .report = {}};
    if (!outcomes[i].empty()) point.report = makeReport(points[i].config, outcomes[i]);
    report.points.push_back(std::move(point));
    all.push_back({points[i], std::move(outcomes[i])});
  }
  report.improvements = compareAll(all);
  for (const Claim& claim : file.claims) report.verdicts.push_back(judgeClaim(claim, all));
  return report;
}

SweepReport loadSweepReport(const RunStore& store, const ExperimentFile& file) {
  std::map<std::string, std::string> group_of;  // identity -> the group of the newest run, which is listed first
  for (const RunRecord& run : store.listRuns({.state = RunState::Done})) {
    if (run.experiment != file.config.name) continue;
    if (auto identity = identityOfRun(store, run)) group_of.emplace(std::move(*identity), run.group_key);
  }
  std::vector<std::vector<SeedOutcome>> outcomes;
  for (const SweepPoint& point : pointsOf(file)) {
    const auto group = group_of.find(identityOfPoint(point.config));
    outcomes.push_back(group == group_of.end() ? std::vector<SeedOutcome>() : loadGroup(store, group->second));
  }
  fillSpeeds(store, outcomes);
  return makeSweepReport(file, std::move(outcomes));
}

void fillSpeeds(const RunStore& store, std::vector<std::vector<SeedOutcome>>& outcomes) {
  for (std::vector<SeedOutcome>& seeds : outcomes) {
    for (SeedOutcome& outcome : seeds) {
      const std::optional<RunRecord> run = store.findRun(outcome.run_name);
      if (outcome.training_tokens_per_second > 0.0 || !run) continue;
      const MetricSeries speed = store.metrics(run->id, "tokens_per_second");
      const bool is_known = !speed.values.empty() && std::isfinite(speed.values.back());
      if (is_known) outcome.training_tokens_per_second = speed.values.back();
    }
  }
}

std::optional<ExperimentFile> findSweep(const RunStore& store, const std::string& name) {
  const std::vector<RunRecord> runs = store.listRuns({.sweep = name});
  if (runs.empty()) return std::nullopt;
  const RunInputs inputs = store.inputs(runs.front().id);
  const ExperimentFile file = parseExperimentFile(inputs.config_toml, runs.front().name());
  const auto point = std::ranges::find(file.points, runs.front().point, &SweepPoint::name);
  std::vector<std::string> overrides = inputs.overrides;
  if (point != file.points.end()) {  // The point's own stand first.
    const std::size_t own = std::min(point->overrides.size(), overrides.size());
    overrides.erase(overrides.begin(), overrides.begin() + static_cast<std::ptrdiff_t>(own));
  }
  return parseExperimentFile(inputs.config_toml, runs.front().name(), overrides);
}

nlohmann::json toJson(const SweepReport& report) {
  nlohmann::json json = {{"format", "limbeck-sweep"},
                         {"format_version", 1},
                         {"sweep", report.name},
                         {"seconds", report.seconds},
                         {"points", nlohmann::json::array()},
                         {"improvements", nlohmann::json::array()},
                         {"claims", nlohmann::json::array()},
                         {"published", nlohmann::json::array()}};
  for (const PointReport& point : report.points) {
    json["points"].push_back({{"point", point.point.name},
                              {"overrides", point.point.overrides},
                              {"report", point.report ? toJson(*point.report) : nlohmann::json(nullptr)}});
  }
  for (const Improvement& improvement : report.improvements) {
    json["improvements"].push_back(
        {{"point", improvement.point}, {"over", improvement.over}, {"probability", toJson(improvement.probability)}});
  }
  for (const ClaimVerdict& verdict : report.verdicts) json["claims"].push_back(toJson(verdict));
  for (const PublishedNumber& number : report.published) json["published"].push_back(publishedJson(number));
  return json;
}

}  // namespace limbeck
