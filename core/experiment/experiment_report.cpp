// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/check.h"
#include "core/eval/score_json.h"
#include "core/experiment/policy_evaluations.h"

namespace limbeck {
namespace {

PolicyReport reportPolicy(const std::string& policy, const std::vector<ScoredEvaluation>& evaluations,
                          const ExperimentConfig& config) {
  const EvaluationConfig& options = config.evaluation;
  const Rng rng = Rng(kBootstrapSeed).split(policy);
  std::vector<int> at_episodes;
  for (const int episode : options.at_episodes) {
    if (episode <= evaluations.front().result.episodes) at_episodes.push_back(episode);
  }
  return {
      .policy = policy,
      .curve = summarizeCurve(evaluations, options.bootstrap, rng.split("curve")),
      .scores = scoreCurve(evaluations, at_episodes, options.last_episodes, options.bootstrap, rng.split("scores"))};
}

const PolicyReport* findPolicy(const ExperimentReport& report, const std::string& policy) {
  const auto place = std::ranges::find(report.policies, policy, &PolicyReport::policy);
  return place == report.policies.end() ? nullptr : &*place;
}

std::string text(const Interval& interval) {
  return fmt::format("{:6.2f} [{:.2f}, {:.2f}]", interval.mean, interval.low, interval.high);
}

nlohmann::json seedJson(const SeedOutcome& outcome) {
  nlohmann::json json = {{"seed", outcome.seed.value},
                         {"run", outcome.run_name},
                         {"backend", outcome.backend},
                         {"parameters", outcome.parameters},
                         {"best_step", outcome.best_step},
                         {"training_tokens", outcome.training_tokens},
                         {"training_tokens_per_second", outcome.training_tokens_per_second},
                         {"training_step_seconds", outcome.training_step_seconds},
                         {"validation_seconds", outcome.validation_seconds},
                         {"stages", nlohmann::json::array()}};
  for (const StageTiming& timing : outcome.timings) {
    json["stages"].push_back({{"stage", timing.stage}, {"seconds", timing.seconds}, {"skipped", timing.skipped}});
  }
  return json;
}

/// The mark's rule is that of CurveScores::episodes_to_80_percent, here for the mean curve.
constexpr double kGoodShareOfOptimum = 0.8;
constexpr std::size_t kTrailingWindow = 5;

/// The policies that are always drawn where there are such, the first on top.
constexpr std::array<std::pair<const char*, PlotRole>, 3> kDrawnPolicies = {
    {{kPolicyAd, PlotRole::AD}, {kPolicySource, PlotRole::Source}, {kPolicyCleared, PlotRole::Control}}};

PlotSeries plotSeries(const ExperimentConfig& config, const PolicyReport& policy, PlotRole role, std::size_t episodes) {
  PlotSeries series{.name = policyLabel(config, policy.policy), .role = role, .x = {}, .y = {}, .band = {}};
  PlotBand band{.meaning = "95 % bootstrap interval over tasks and seeds"};
  for (std::size_t i = 0; i < std::min(policy.curve.returns.size(), episodes); ++i) {
    const Interval& interval = policy.curve.returns[i];
    series.x.push_back(static_cast<double>(i) + 1.0);
    series.y.push_back(interval.mean);
    band.low.push_back(interval.low);
    band.high.push_back(interval.high);
  }
  series.band = std::move(band);
  return series;
}

/// One seed's mean over its tasks, as a member of the policy's line.
PlotSeries seedSeries(const std::string& label, Seed seed, const PolicyEvaluation& policy, PlotRole role,
                      std::size_t episodes) {
  const EvaluationResult& result = policy.scored.result;
  PlotSeries series{.name = fmt::format("{}, seed {}", label, seed.value),
                    .role = role,
                    .x = {},
                    .y = {},
                    .band = {},
                    .is_member = true};
  for (int episode = 0; episode < std::min(result.episodes, static_cast<int>(episodes)); ++episode) {
    double sum = 0.0;
    for (int stream = 0; stream < result.streams(); ++stream) sum += result.returnAt(stream, episode);
    series.x.push_back(episode + 1.0);
    series.y.push_back(sum / result.streams());
  }
  return series;
}

/// With the prompted plays after the fixed ones, by rising percentage.
std::vector<std::pair<std::string, PlotRole>> drawnPolicies(const ExperimentReport& report) {
  std::vector<std::pair<std::string, PlotRole>> drawn(kDrawnPolicies.begin(), kDrawnPolicies.end());
  std::vector<int> percents;
  for (const PolicyReport& policy : report.policies) {
    if (const std::optional<int> percent = promptPercent(policy.policy)) percents.push_back(*percent);
  }
  std::ranges::sort(percents);
  for (const int percent : percents) drawn.emplace_back(promptPolicy(percent), PlotRole::Free);
  return drawn;
}

void addSeeds(const ExperimentReport& report, const std::string& policy, PlotRole role, std::size_t episodes,
              PlotModel& plot) {
  if (report.seeds.size() < 2) return;  // The only seed's line is the mean itself.
  for (const SeedOutcome& seed : report.seeds) {
    const auto place = std::ranges::find(seed.policies, policy, &PolicyEvaluation::policy);
    if (place != seed.policies.end()) {
      plot.series.push_back(seedSeries(policyLabel(report.config, policy), seed.seed, *place, role, episodes));
    }
  }
}

/// The first episode, counted from 1, at which the trailing mean reaches the share of the optimum.
std::optional<std::size_t> firstGoodEpisode(const PlotSeries& line, double optimum) {
  if (optimum <= 0.0) return std::nullopt;  // A share of a loss would be less of it.
  double sum = 0.0;
  for (std::size_t i = 0; i < line.y.size(); ++i) {
    sum += line.y[i] - (i >= kTrailingWindow ? line.y[i - kTrailingWindow] : 0.0);
    const auto window = static_cast<double>(std::min(i + 1, kTrailingWindow));
    if (sum / window >= kGoodShareOfOptimum * optimum - 1e-9) return i + 1;
  }
  return std::nullopt;
}

void addMark(const ExperimentReport& report, const PlotSeries& line, double x_per_episode, PlotModel& plot) {
  const auto episode = firstGoodEpisode(line, report.optimum);
  if (!episode) return;
  const double x = x_per_episode * static_cast<double>(*episode);
  plot.marks.push_back({x, line.y[*episode - 1], line.role, fmt::format("80 % at {:.0f}", x)});
}

std::string stepsLabel(const EnvironmentOptions& environment) {
  return environment.ends_at_goal ? "environment steps (at most)" : "environment steps";
}

}  // namespace

std::vector<std::pair<std::string, Interval>> namedScores(const CurveScores& scores) {
  std::vector<std::pair<std::string, Interval>> named{{"first_return", scores.first_return},
                                                      {"last_returns", scores.last_returns}};
  for (const auto& [episode, interval] : scores.return_at)
    named.emplace_back(fmt::format("return_at_{}", episode), interval);
  named.insert(named.end(), {{"normalized_last", scores.normalized_last},
                             {"interquartile_last_returns", scores.interquartile_last_returns},
                             {"interquartile_normalized_last", scores.interquartile_normalized_last},
                             {"area_under_curve", scores.area_under_curve},
                             {"episodes_to_80_percent", scores.episodes_to_80_percent},
                             {"never_reached_share", scores.never_reached_share}});
  return named;
}

ExperimentReport makeReport(const ExperimentConfig& config, std::vector<SeedOutcome> outcomes) {
  LIMBECK_CHECK(!outcomes.empty() && !outcomes.front().policies.empty(), "a report needs at least one evaluated seed");
  // In one order, however they were run or listed: the bootstrap draws seeds by their place.
  std::ranges::sort(outcomes, {}, [](const SeedOutcome& outcome) { return outcome.seed.value; });
  ExperimentReport report{.config = config, .seeds = std::move(outcomes)};
  const std::vector<ScoredEvaluation> ad = evaluationsOf(report.seeds, kPolicyAd);
  for (const PolicyEvaluation& policy : report.seeds.front().policies) {
    report.policies.push_back(reportPolicy(policy.policy, evaluationsOf(report.seeds, policy.policy), config));
  }
  report.policies.push_back(reportPolicy(kPolicyRandom, evaluationsOf(report.seeds, kPolicyRandom), config));
  report.policies.push_back(reportPolicy(kPolicyOptimum, evaluationsOf(report.seeds, kPolicyOptimum), config));
  report.random = findPolicy(report, kPolicyRandom)->scores.first_return.mean;
  report.optimum = findPolicy(report, kPolicyOptimum)->scores.first_return.mean;
  const EvaluationResult& first = ad.front().result;
  report.held_out_tasks = static_cast<int>(std::set<TaskId>(first.tasks.begin(), first.tasks.end()).size());
  const std::vector<ScoredEvaluation> cleared = evaluationsOf(report.seeds, kPolicyCleared);
  if (cleared.size() == ad.size()) {
    report.gap_to_cleared = meanDifference(ad, cleared, config.evaluation.last_episodes, config.evaluation.bootstrap,
                                           Rng(kBootstrapSeed).split("gap"));
  }
  return report;
}

nlohmann::json toJson(const ExperimentReport& report) {
  nlohmann::json json = {
      {"format", "limbeck-report"},
      {"format_version", 1},
      {"experiment", report.config.name},
      {"environment", report.config.environment.name},
      {"held_out_tasks", report.held_out_tasks},
      {"evaluated_episodes", report.config.evaluation.play.episodes},
      {"optimum", report.optimum},
      {"random", report.random},
      {"seeds", nlohmann::json::array()},
      {"curves", nlohmann::json::object()},
      {"scores", nlohmann::json::object()},
      {"gap_to_cleared_context", report.gap_to_cleared ? toJson(*report.gap_to_cleared) : nlohmann::json(nullptr)}};
  for (const SeedOutcome& seed : report.seeds) json["seeds"].push_back(seedJson(seed));
  for (const PolicyReport& policy : report.policies) {
    json["curves"][policy.policy] = toJson(policy.curve);
    json["scores"][policy.policy] = toJson(policy.scores);
  }
  return json;
}

std::string describeReport(const ExperimentReport& report) {
  std::string out =
      fmt::format("\n{}: {} held-out tasks, {} seed{}, {} episodes in context; optimum {:.2f}, random {:.2f}\n\n",
                  report.config.name, report.held_out_tasks, report.seeds.size(), report.seeds.size() == 1 ? "" : "s",
                  report.config.evaluation.play.episodes, report.optimum, report.random);
  out += fmt::format("{:<19} {:>22} {:>22}", "mean return", "first episode",
                     fmt::format("last {}", report.config.evaluation.last_episodes));
  for (const int episode : report.config.evaluation.at_episodes)
    out += fmt::format(" {:>22}", fmt::format("at {}", episode));
  out += '\n';
  for (const PolicyReport& policy : report.policies) {
    if (policy.policy == kPolicyRandom || policy.policy == kPolicyOptimum) continue;
    out += fmt::format("{:<19} {:>22} {:>22}", policyLabel(report.config, policy.policy),
                       text(policy.scores.first_return), text(policy.scores.last_returns));
    for (const auto& [episode, interval] : policy.scores.return_at) out += fmt::format(" {:>22}", text(interval));
    out += '\n';
  }
  const CurveScores& scores = findPolicy(report, kPolicyAd)->scores;
  const std::string learner = learnerLabel(report.config);
  out +=
      fmt::format("\n{}: normalised {}, area under the curve {}, episodes to 80 % {}, goals never reached {:.0f} %\n",
                  learner, text(scores.normalized_last), text(scores.area_under_curve),
                  text(scores.episodes_to_80_percent), 100.0 * scores.never_reached_share.mean);
  if (report.gap_to_cleared)
    out += fmt::format("{} minus context cleared, last episodes: {}\n", learner, text(*report.gap_to_cleared));
  return out;
}

double usualSmoothing(std::size_t episodes) {
  return episodes > 100 ? static_cast<double>(episodes / 50) : 0.0;
}

PlotModel plotReport(const ExperimentReport& report) {
  return plotReport(report, {.shows_marks = false});
}

PlotModel plotReport(const ExperimentReport& report, const ReportPlotOptions& options) {
  const EnvironmentOptions& environment = report.config.environment;
  const bool is_by_step = options.x_axis == ReportPlotOptions::XAxis::EnvironmentStep;
  const double x_per_episode = is_by_step ? environment.horizon : 1.0;
  PlotModel plot{.title = fmt::format("{}: return on tasks never seen in training", report.config.name),
                 .x_axis = {.label = is_by_step ? stepsLabel(environment) : "in-context episode"},
                 .y_axis = {.label = "return per episode"}};
  const auto episodes = static_cast<std::size_t>(report.config.evaluation.play.episodes);
  for (const auto& [name, role] : drawnPolicies(report)) {
    const PolicyReport* policy = findPolicy(report, name);
    if (policy == nullptr) continue;
    plot.series.push_back(plotSeries(report.config, *policy, role, episodes));
    const bool is_learner = role == PlotRole::AD || role == PlotRole::Source;
    if (options.shows_marks && is_learner) addMark(report, plot.series.back(), x_per_episode, plot);
    if (options.shows_seeds) addSeeds(report, name, role, episodes, plot);
  }
  for (PlotSeries& series : plot.series) {
    for (double& x : series.x) x *= x_per_episode;
  }
  plot.reference_lines = {{.name = "optimum", .role = PlotRole::Optimum, .y = report.optimum},
                          {.name = "random", .role = PlotRole::Random, .y = report.random}};
  plot.smoothing_window = x_per_episode * (options.smoothing < 0.0 ? usualSmoothing(episodes) : options.smoothing);
  plot.caption = fmt::format("{} held-out tasks, {} seed{}, frozen weights", report.held_out_tasks, report.seeds.size(),
                             report.seeds.size() == 1 ? "" : "s");
  fitAxes(plot);
  return plot;
}

}  // namespace limbeck
