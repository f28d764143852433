// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_report.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace limbeck;

namespace {

/// Two tasks of optimum 4 and 2 and random 1 and 0, one stream each, with these returns: [tasks][episodes].
PolicyEvaluation evaluation(const char* policy, const std::vector<std::vector<float>>& returns) {
  PolicyEvaluation evaluation{.policy = policy, .scored = {}};
  EvaluationResult& result = evaluation.scored.result;
  result.tasks = {TaskId{3}, TaskId{5}};
  result.repeats = {0, 0};
  result.episodes = static_cast<int>(returns.front().size());
  for (const auto& row : returns) result.returns.insert(result.returns.end(), row.begin(), row.end());
  evaluation.scored.references = {{.optimal = 4.0, .random = 1.0}, {.optimal = 2.0, .random = 0.0}};
  return evaluation;
}

SeedOutcome seedOutcome(std::uint64_t seed, const std::vector<std::vector<float>>& ad) {
  SeedOutcome outcome{.seed = Seed{seed}, .run_name = "AD-" + std::to_string(seed)};
  outcome.timings = {{.stage = "training", .seconds = 2.5, .skipped = false}};
  outcome.policies = {evaluation(kPolicyAd, ad), evaluation(kPolicyCleared, {{1, 1, 1}, {0, 0, 0}}),
                      evaluation(kPolicySource, {{0, 1, 2, 3, 4}, {0, 0, 0, 1, 1}})};
  return outcome;
}

ExperimentConfig reportConfig() {
  ExperimentConfig config;
  config.name = "by hand";
  config.evaluation.play.episodes = 3;
  config.evaluation.last_episodes = 1;
  config.evaluation.at_episodes = {2, 5};
  config.evaluation.bootstrap.resamples = 200;
  return config;
}

ExperimentReport twoSeeds() {
  return makeReport(reportConfig(), {seedOutcome(1, {{1, 2, 4}, {0, 0, 1}}), seedOutcome(2, {{0, 2, 3}, {0, 1, 2}})});
}

const PolicyReport& policyOf(const ExperimentReport& report, const std::string& name) {
  return *std::ranges::find(report.policies, name, &PolicyReport::policy);
}

}  // namespace

class ExperimentReportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void curveIsTheMeanOverSeedsAndTasks() {
    const ExperimentReport report = twoSeeds();
    QCOMPARE(report.held_out_tasks, 2);
    const LearningCurve& curve = policyOf(report, "ad").curve;
    QCOMPARE(curve.returns.size(), std::size_t{3});
    QCOMPARE(curve.returns[0].mean, 0.25);  // 1, 0 | 0, 0
    QCOMPARE(curve.returns[1].mean, 1.25);  // 2, 0 | 2, 1
    QCOMPARE(curve.returns[2].mean, 2.5);   // 4, 1 | 3, 2
    // A resample draws tasks within a seed: the extremes are both seeds' low task, 1.5, and both high ones, 3.5.
    QVERIFY(curve.returns[2].low >= 1.0 && curve.returns[2].low < 2.5);
    QVERIFY(curve.returns[2].high <= 4.0 && curve.returns[2].high > 2.5);
  }

  void referencesAreExactMeansOverTheTasks() {
    const ExperimentReport report = twoSeeds();
    QCOMPARE(report.optimum, 3.0);
    QCOMPARE(report.random, 0.5);
    QCOMPARE(policyOf(report, "optimum").scores.normalized_last.mean, 1.0);
    QCOMPARE(policyOf(report, "random").scores.normalized_last.mean, 0.0);
    for (const Interval& interval : policyOf(report, "optimum").curve.returns) QCOMPARE(interval.mean, 3.0);
  }

  void scoresNormaliseByTask() {
    const CurveScores& scores = policyOf(twoSeeds(), "ad").scores;
    QCOMPARE(scores.last_returns.mean, 2.5);
    // N of the last episode: (4 - 1) / 3, 1 / 2 | (3 - 1) / 3, 2 / 2.
    QVERIFY(std::abs(scores.normalized_last.mean - (1.0 + 0.5 + 2.0 / 3.0 + 1.0) / 4.0) < 1e-12);
    QCOMPARE(scores.return_at.size(), std::size_t{1});  // episode 5 is beyond AD's three ...
    QCOMPARE(policyOf(twoSeeds(), "source").scores.return_at.size(), std::size_t{2});  // ... but not the source's five
  }

  void gapIsPairedByTask() {
    const ExperimentReport report = twoSeeds();
    QVERIFY(report.gap_to_cleared.has_value());
    QCOMPARE(report.gap_to_cleared->mean, 2.0);  // 4 - 1, 1 - 0 | 3 - 1, 2 - 0
  }

  void withoutTheControlThereIsNoGap() {
    SeedOutcome outcome = seedOutcome(1, {{1, 2, 4}, {0, 0, 1}});
    outcome.policies.resize(1);
    const ExperimentReport report = makeReport(reportConfig(), {outcome});
    QVERIFY(!report.gap_to_cleared.has_value());
    QVERIFY(toJson(report)["gap_to_cleared_context"].is_null());
    QCOMPARE(plotReport(report).series.size(), std::size_t{1});
    QVERIFY(describeReport(report).find("1 seed,") != std::string::npos);
  }

  void orderOfTheSeedsDoesNotMatter() {
    const ExperimentReport forward = twoSeeds();
    const ExperimentReport backward = makeReport(reportConfig(), {forward.seeds[1], forward.seeds[0]});
    QCOMPARE(toJson(backward).dump(), toJson(forward).dump());
  }

  void scoresAreNamedOnce() {
    const auto named = namedScores(policyOf(twoSeeds(), "ad").scores);
    const std::vector<std::string> expected{"first_return",
                                            "last_returns",
                                            "return_at_2",
                                            "normalized_last",
                                            "interquartile_last_returns",
                                            "interquartile_normalized_last",
                                            "area_under_curve",
                                            "episodes_to_80_percent",
                                            "never_reached_share"};
    QCOMPARE(named.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) QCOMPARE(named[i].first, expected[i]);
  }

  void plotShowsAdSourceAndControlBetweenTwoReferenceLines() {
    const PlotModel plot = plotReport(twoSeeds());
    QCOMPARE(plot.series.size(), std::size_t{3});
    QVERIFY(plot.series[0].role == PlotRole::AD && plot.series[1].role == PlotRole::Source &&
            plot.series[2].role == PlotRole::Control);
    QCOMPARE(plot.series[0].x, (std::vector{1.0, 2.0, 3.0}));
    QCOMPARE(plot.series[0].y, (std::vector{0.25, 1.25, 2.5}));
    QCOMPARE(plot.series[1].x.size(), std::size_t{3});  // cut where AD's evaluation ends
    QVERIFY(plot.series[0].band && plot.series[0].band->low.size() == 3 && plot.series[0].band->high.size() == 3);
    QCOMPARE(plot.reference_lines.size(), std::size_t{2});
    QCOMPARE(plot.reference_lines[0].y, 3.0);
    QCOMPARE(plot.reference_lines[1].y, 0.5);
    QVERIFY(plot.y_axis.max >= 3.0 && plot.x_axis.max >= 3.0);
    QVERIFY(plot.caption.find("2 held-out tasks, 2 seeds") != std::string::npos);
  }

  void promptedPlaysAreReportedAndDrawnByRisingPercentage() {
    SeedOutcome outcome = twoSeeds().seeds[0];
    for (const char* name : {"ad_prompt_25", "ad_prompt_5"}) {
      outcome.policies.push_back(outcome.policies[0]);
      outcome.policies.back().policy = name;
    }
    const ExperimentReport report = makeReport(reportConfig(), {outcome});
    QCOMPARE(policyOf(report, "ad_prompt_25").scores.last_returns.mean,
             policyOf(report, "ad").scores.last_returns.mean);
    QVERIFY(toJson(report).at("curves").contains("ad_prompt_5") && toJson(report).at("scores").contains("ad_prompt_5"));
    QVERIFY(describeReport(report).find("AD from 25 %") != std::string::npos);
    const PlotModel plot = plotReport(report);
    QCOMPARE(plot.series.size(), std::size_t{5});
    QVERIFY(plot.series[3].name == "AD from 5 %" && plot.series[4].name == "AD from 25 %");
    QVERIFY(plot.series[3].role == PlotRole::Free && plot.series[4].role == PlotRole::Free);
  }

  void seedsAreMembersOfTheirPolicysLine() {
    const PlotModel plot = plotReport(twoSeeds(), {.shows_seeds = true});
    QCOMPARE(plot.series.size(), std::size_t{9});
    QVERIFY(!plot.series[0].is_member && plot.series[1].is_member && plot.series[2].is_member);
    QVERIFY(plot.series[1].role == PlotRole::AD && plot.series[4].role == PlotRole::Source);
    QCOMPARE(plot.series[1].y, (std::vector{0.5, 1.0, 2.5}));  // seed 1: (1 + 0) / 2, (2 + 0) / 2, (4 + 1) / 2
    QCOMPARE(plot.series[2].y, (std::vector{0.0, 1.5, 2.5}));
    QCOMPARE(plot.series[1].name, std::string("AD, seed 1"));
  }

  void aSingleSeedHasNoMembers() {
    const ExperimentReport report = makeReport(reportConfig(), {seedOutcome(1, {{1, 2, 4}, {0, 0, 1}})});
    QCOMPARE(plotReport(report, {.shows_seeds = true}).series.size(), std::size_t{3});
  }

  // The optimum is 3, its 80 % are 2.4. AD's means 2, 2.5, 3.5 have trailing means 2, 2.25, 8 / 3: episode 3.
  void marksStandWhereTheTrailingMeanReaches80Percent() {
    const ExperimentReport report = makeReport(reportConfig(), {seedOutcome(1, {{4, 3, 4}, {0, 2, 3}})});
    const PlotModel plot = plotReport(report, ReportPlotOptions{});
    QCOMPARE(plot.marks.size(), std::size_t{1});  // the source stays below
    QVERIFY(plot.marks[0].role == PlotRole::AD);
    QCOMPARE(plot.marks[0].x, 3.0);
    QCOMPARE(plot.marks[0].y, 3.5);
    QCOMPARE(plot.marks[0].label, std::string("80 % at 3"));
    QVERIFY(plotReport(report, {.shows_marks = false}).marks.empty());
    QVERIFY(plotReport(report).marks.empty());
  }

  void byEnvironmentStepAnEpisodeStandsWhereItEnds() {
    ExperimentConfig config = reportConfig();
    config.environment.horizon = 20;
    const ExperimentReport report = makeReport(config, {seedOutcome(1, {{4, 3, 4}, {0, 2, 3}})});
    ReportPlotOptions options{.x_axis = ReportPlotOptions::XAxis::EnvironmentStep, .smoothing = 2.0};
    const PlotModel plot = plotReport(report, options);
    QCOMPARE(plot.series[0].x, (std::vector{20.0, 40.0, 60.0}));
    QCOMPARE(plot.marks[0].x, 60.0);
    QCOMPARE(plot.smoothing_window, 40.0);
    QCOMPARE(plot.x_axis.label, std::string("environment steps"));
    config.environment.ends_at_goal = true;
    const ExperimentReport early = makeReport(config, {seedOutcome(1, {{4, 3, 4}, {0, 2, 3}})});
    QCOMPARE(plotReport(early, options).x_axis.label, std::string("environment steps (at most)"));
  }

  void descriptionNamesWhatItMeasured() {
    const std::string text = describeReport(twoSeeds());
    for (const char* word : {"by hand", "2 held-out tasks", "2 seeds", "optimum 3.00", "random 0.50", "AD",
                             "context cleared", "source", "2.50"}) {
      QVERIFY2(text.find(word) != std::string::npos, word);
    }
  }
};

QTEST_APPLESS_MAIN(ExperimentReportTest)
#include "experiment_report_test.moc"
