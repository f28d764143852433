// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/scores.h"

#include <QtTest>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/eval/cluster_bootstrap.h"
#include "core/eval/score_json.h"

using namespace limbeck;

namespace {

const BootstrapOptions kResamples{.resamples = 2000};

/// One stream: its task, its returns.
struct Row {
  int task = 0;
  std::vector<float> returns;
};

ScoredEvaluation evaluation(const std::vector<Row>& rows, ReferenceReturns reference = {10.0, 0.0}) {
  ScoredEvaluation scored;
  scored.result.episodes = static_cast<int>(rows.front().returns.size());
  for (const Row& row : rows) {
    scored.result.tasks.push_back(TaskId{row.task});
    scored.result.repeats.push_back(0);
    scored.result.returns.insert(scored.result.returns.end(), row.returns.begin(), row.returns.end());
    scored.references.push_back(reference);
  }
  return scored;
}

CurveScores score(const std::vector<Row>& rows, const std::vector<int>& at = {}, int last = 5,
                  ReferenceReturns reference = {10.0, 0.0}) {
  return scoreCurve({evaluation(rows, reference)}, at, last, kResamples, Rng(Seed{1}));
}

bool isNear(double a, double b) {
  return std::abs(a - b) < 1e-9;
}
bool isPoint(const Interval& interval, double value) {
  return isNear(interval.mean, value) && isNear(interval.low, value) && isNear(interval.high, value);
}

}  // namespace

class ScoresTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void quantilesInterpolateBetweenOrderStatistics();
  void twoTasksGiveTheHandCountedInterval();
  void twoSeedsGiveTheHandCountedInterval();
  void tasksAreResampledWithinTheDrawnSeedOnly();
  void repeatsOfATaskStayTogether();
  void everySeedWeighsTheSame();
  void theIntervalCoversTheTruth();
  void theSameGeneratorGivesTheSameInterval();
  void moreSeedsOnTheSameTasksDoNotNarrowTheInterval();
  void columnsBeyondOneTileAreTheirOwn();
  void returnsAtEpisodesAreTrailingMeans();
  void scoresAreNormalisedPerTask();
  void aTaskWithNothingToGainCountsAsSolved();
  void episodesToEightyPercentUseAFiveEpisodeWindow_data();
  void episodesToEightyPercentUseAFiveEpisodeWindow();
  void neverReachedCountsStreamsWithoutReward();
  void pairedDifferencesCancelWhatTasksShare();
  void differentTasksAreNotPaired();
  void jsonHoldsEveryScoreByName();
};

// Type 7: the place of probability p among n values is p (n - 1), counted from 0.
void ScoresTest::quantilesInterpolateBetweenOrderStatistics() {
  std::vector<double> four = {4, 1, 3, 2};
  QCOMPARE(quantile(four, 0.5), 2.5);
  QCOMPARE(quantile(four, 0.25), 1.75);
  QCOMPARE(quantile(four, 1.0), 4.0);
  std::vector<double> one = {7};
  QCOMPARE(quantile(one, 0.975), 7.0);
}

// Means of two draws from {0, 10} are 0, 5, 10 with 1/4, 1/2, 1/4: the 2.5 % and 97.5 % points are the extremes.
void ScoresTest::twoTasksGiveTheHandCountedInterval() {
  const LearningCurve curve = summarizeCurve({evaluation({{1, {0, 3}}, {2, {10, 3}}})}, kResamples, Rng(Seed{1}));
  QCOMPARE(curve.returns.size(), std::size_t{2});
  QCOMPARE(curve.returns[0].mean, 5.0);
  QCOMPARE(curve.returns[0].low, 0.0);
  QCOMPARE(curve.returns[0].high, 10.0);
  QVERIFY(isPoint(curve.returns[1], 3.0));
}

void ScoresTest::twoSeedsGiveTheHandCountedInterval() {
  const LearningCurve curve =
      summarizeCurve({evaluation({{1, {0}}}), evaluation({{1, {10}}})}, kResamples, Rng(Seed{1}));
  QCOMPARE(curve.returns[0].mean, 5.0);
  QCOMPARE(curve.returns[0].low, 0.0);
  QCOMPARE(curve.returns[0].high, 10.0);
}

// Two seeds whose tasks all return 0 and 8: whatever tasks are drawn, a resample is 0, 4 or 8 (1/4, 1/2, 1/4). Were
// tasks drawn over all seeds, 20 draws of 0 or 8 would give an interval near [2.2, 5.8].
void ScoresTest::tasksAreResampledWithinTheDrawnSeedOnly() {
  std::vector<Row> zeros;
  std::vector<Row> eights;
  for (int task = 0; task < 10; ++task) {
    zeros.push_back({task, {0}});
    eights.push_back({task, {8}});
  }
  const LearningCurve curve = summarizeCurve({evaluation(zeros), evaluation(eights)}, kResamples, Rng(Seed{1}));
  QVERIFY(isNear(curve.returns[0].low, 0.0));
  QVERIFY(isNear(curve.returns[0].high, 8.0));
}

// One task played twice is one cluster: there is nothing to resample, however far its repeats are apart.
void ScoresTest::repeatsOfATaskStayTogether() {
  const LearningCurve curve = summarizeCurve({evaluation({{4, {0}}, {4, {10}}})}, kResamples, Rng(Seed{1}));
  QVERIFY(isPoint(curve.returns[0], 5.0));
}

// A seed with three tasks of 0 and one with a single task of 8: (0 + 8) / 2, not 8 / 4.
void ScoresTest::everySeedWeighsTheSame() {
  const LearningCurve curve =
      summarizeCurve({evaluation({{1, {0}}, {2, {0}}, {3, {0}}}), evaluation({{1, {8}}})}, kResamples, Rng(Seed{1}));
  QVERIFY(isNear(curve.returns[0].mean, 4.0));
}

// Means of 30 normal draws: the percentile interval covers the truth in about 93.5 % of trials. Of 200 trials a right
// program covers 170 or fewer with a probability below 1e-5 (4.9 standard deviations) and all of them below 4e-5 (at 95
// %).
void ScoresTest::theIntervalCoversTheTruth() {
  const Rng rng(Seed{5});
  int covered = 0;
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    Rng draws = rng.split("trial", trial);
    std::vector<Row> rows;
    for (int task = 0; task < 30; ++task) rows.push_back({task, {static_cast<float>(3.0 + 2.0 * draws.normal())}});
    const Interval interval = summarizeCurve({evaluation(rows)}, {.resamples = 400}, draws).returns[0];
    if (interval.low <= 3.0 && 3.0 <= interval.high) ++covered;
  }
  QVERIFY2(covered > 170 && covered < 200, std::to_string(covered).c_str());
}

void ScoresTest::theSameGeneratorGivesTheSameInterval() {
  std::vector<Row> rows;
  for (int task = 0; task < 7; ++task) rows.push_back({task, {static_cast<float>(task * task)}});
  const auto low = [&](std::uint64_t seed) {
    return summarizeCurve({evaluation(rows)}, {.resamples = 50}, Rng(Seed{seed})).returns[0].low;
  };
  QCOMPARE(low(1), low(1));
  QVERIFY(low(1) != low(2) || low(1) != low(3));
}

// Three seeds that do the same on the same tasks know no more about tasks than one seed does: the very same interval
// would be a third of the variance when every seed drew its own tasks (a ratio of widths of 0.58; resampling noise is a
// few percent).
void ScoresTest::moreSeedsOnTheSameTasksDoNotNarrowTheInterval() {
  std::vector<Row> rows;
  for (int task = 0; task < 16; ++task) rows.push_back({task, {static_cast<float>(task)}});
  const auto width = [&](const std::vector<ScoredEvaluation>& seeds) {
    const Interval interval = summarizeCurve(seeds, kResamples, Rng(Seed{3})).returns[0];
    return interval.high - interval.low;
  };
  const double one = width({evaluation(rows)});
  const double three = width({evaluation(rows), evaluation(rows), evaluation(rows)});
  QVERIFY2(std::abs(three / one - 1.0) < 0.15, std::to_string(three / one).c_str());
}

// 70 columns are more than two tiles of 32; column c holds c for one task and 3c for the other.
void ScoresTest::columnsBeyondOneTileAreTheirOwn() {
  ClusterTable table{.seed_offsets = {0, 2}, .columns = 70, .values = {}};
  for (int factor : {1, 3}) {
    for (int c = 0; c < 70; ++c) table.values.push_back(factor * c);
  }
  const std::vector<Interval> intervals = bootstrapMeans(table, kResamples, Rng(Seed{1}));
  for (int c = 0; c < 70; ++c) {
    const Interval& interval = intervals[static_cast<std::size_t>(c)];
    QVERIFY(isNear(interval.low, c) && isNear(interval.mean, 2 * c) && isNear(interval.high, 3 * c));
  }
}

// Returns 1 .. 12: at episode 3 the window is cut to 1..3 (mean 2), at 12 it is 3..12 (mean 7.5); episode 13 does not
// exist.
void ScoresTest::returnsAtEpisodesAreTrailingMeans() {
  const CurveScores scores = score({{1, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}}, {3, 12, 13}, 5);
  QCOMPARE(scores.return_at.size(), std::size_t{2});
  QCOMPARE(scores.return_at[0].first, 3);
  QVERIFY(isPoint(scores.return_at[0].second, 2.0));
  QVERIFY(isPoint(scores.return_at[1].second, 7.5));
  QVERIFY(isPoint(scores.first_return, 1.0));
  QVERIFY(isPoint(scores.last_returns, 10.0));  // 8 .. 12
  QCOMPARE(score({{1, {1, 2}}}, {}, 5).last_episodes, 2);
}

// Optimum 12, random 2. Returns 2, 7, 12: N = 0, .5, 1, their mean .5; over the last two .75.
void ScoresTest::scoresAreNormalisedPerTask() {
  const CurveScores scores = score({{1, {2, 7, 12}}}, {}, 2, {12.0, 2.0});
  QVERIFY(isPoint(scores.area_under_curve, 0.5));
  QVERIFY(isPoint(scores.normalized_last, 0.75));
  // With another task (optimum 4, random 0) at its half, N is the mean of .75 and .5, not N of the mean return.
  ScoredEvaluation two = evaluation({{1, {2, 7, 12}}, {2, {2, 2, 2}}});
  two.references = {{12.0, 2.0}, {4.0, 0.0}};
  QVERIFY(isNear(scoreCurve({two}, {}, 2, kResamples, Rng(Seed{1})).normalized_last.mean, 0.625));
}

void ScoresTest::aTaskWithNothingToGainCountsAsSolved() {
  QVERIFY(isPoint(score({{1, {0, 0}}}, {}, 1, {0.0, 0.0}).normalized_last, 1.0));
}

void ScoresTest::episodesToEightyPercentUseAFiveEpisodeWindow_data() {
  QTest::addColumn<std::vector<float>>("returns");
  QTest::addColumn<double>("episode");
  // The optimum is 10, so that the trailing mean must reach 8.
  QTest::newRow("at once") << std::vector<float>{8, 0, 0} << 1.0;
  QTest::newRow("the window is cut at the start: (6 + 10) / 2") << std::vector<float>{6, 10, 0} << 2.0;
  QTest::newRow("five of ten: 0 0 | 10 10 10 10 -> (0+10*4)/5 at 6")
      << std::vector<float>{0, 0, 10, 10, 10, 10, 10} << 6.0;
  QTest::newRow("never") << std::vector<float>{0, 7, 7, 7} << 5.0;
}

void ScoresTest::episodesToEightyPercentUseAFiveEpisodeWindow() {
  QFETCH(std::vector<float>, returns);
  QFETCH(double, episode);
  QVERIFY(isPoint(score({{1, returns}}).episodes_to_80_percent, episode));
}

// Of four tasks one never saw a reward: a quarter.
void ScoresTest::neverReachedCountsStreamsWithoutReward() {
  const CurveScores scores = score({{1, {0, 0}}, {2, {0, 1}}, {3, {1, 0}}, {4, {5, 5}}});
  QVERIFY(isNear(scores.never_reached_share.mean, 0.25));
}

// Tasks from 0 to 90, each 2 better under a: apart the intervals would be tens wide, paired there is no doubt.
void ScoresTest::pairedDifferencesCancelWhatTasksShare() {
  std::vector<Row> a;
  std::vector<Row> b;
  for (int task = 0; task < 10; ++task) {
    const auto base = static_cast<float>(10 * task);
    a.push_back({task, {100, base + 2}});
    b.insert(b.begin(), {task, {0, base}});  // in another order
  }
  QVERIFY(isPoint(meanDifference({evaluation(a)}, {evaluation(b)}, 1, kResamples, Rng(Seed{1})), 2.0));
}

void ScoresTest::differentTasksAreNotPaired() {
  QVERIFY_EXCEPTION_THROWN(
      meanDifference({evaluation({{1, {0}}})}, {evaluation({{2, {0}}})}, 1, kResamples, Rng(Seed{1})), BugError);
}

void ScoresTest::jsonHoldsEveryScoreByName() {
  const nlohmann::json json = toJson(score({{1, {2, 4}}}, {2}, 1));
  for (const char* key :
       {"first_return", "last_returns", "normalized_last", "area_under_curve", "interquartile_last_returns",
        "interquartile_normalized_last", "episodes_to_80_percent", "never_reached_share"}) {
    QVERIFY2(json.at(key).contains("mean") && json.at(key).contains("low") && json.at(key).contains("high"), key);
  }
  QCOMPARE(json.at("first_return").at("mean").get<double>(), 2.0);
  QCOMPARE(json.at("return_at").at(0).at("episode").get<int>(), 2);
  QCOMPARE(json.at("return_at").at(0).at("mean").get<double>(), 3.0);
  const nlohmann::json curve = toJson(LearningCurve{{{1.0, 0.5, 1.5}, {2.0, 1.5, 2.5}}});
  QCOMPARE(curve.dump(), std::string(R"({"high":[1.5,2.5],"low":[0.5,1.5],"mean":[1.0,2.0]})"));
}

QTEST_APPLESS_MAIN(ScoresTest)
#include "scores_test.moc"
