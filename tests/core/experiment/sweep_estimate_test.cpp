// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/sweep_estimate.h"

#include <QtTest>

#include "tests/support/tiny_run.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

RunEstimate estimate(const std::vector<std::vector<std::string>>& points, int seeds) {
  std::vector<SweepPoint> all;
  for (const std::vector<std::string>& overrides : points) {
    all.push_back(
        {.name = std::to_string(all.size()), .overrides = overrides, .config = tinyRequest(overrides).config});
  }
  SoloTeam team;
  return estimateSweep(all, seeds, team, uninterrupted());
}

}  // namespace

class SweepEstimateTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everySeedCountsOnce() {
    const RunEstimate one = estimate({{}}, 1);
    const RunEstimate three = estimate({{}}, 3);
    QCOMPARE(three.transitions, 3 * one.transitions);
    QCOMPARE(three.training_tokens, 3 * one.training_tokens);
    QCOMPARE(three.disk_bytes, 3 * one.disk_bytes);
    QCOMPARE(three.memory_bytes, one.memory_bytes);  // one after the other
  }

  // The histories of points that differ in training only are generated once, as the runs do.
  void stagesThatPointsShareCountOnce() {
    const RunEstimate one = estimate({{}}, 1);
    const RunEstimate two = estimate({{}, {"training.steps=120"}}, 1);
    QCOMPARE(two.transitions, one.transitions);
    QCOMPARE(two.training_tokens, 3 * one.training_tokens);  // 60 and 120 steps
    const RunEstimate played = estimate({{}, {"evaluation.episodes=12"}}, 1);
    QCOMPARE(played.training_tokens, one.training_tokens);
    QVERIFY(played.evaluation_seconds > one.evaluation_seconds);
    const RunEstimate learned = estimate({{}, {"source.episodes=48"}}, 2);
    QCOMPARE(learned.transitions, 2 * 3 * one.transitions);
  }

  // Steps rise evenly, so that those of the measured points stand for the others.
  void ofVeryManyPointsSomeStandForTheOthers() {
    std::vector<std::vector<std::string>> points;
    double steps = 0.0;
    for (int i = 0; i < 40; ++i) {
      points.push_back({"training.steps=" + std::to_string(60 + i)});
      steps += 60.0 + i;
    }
    const RunEstimate one = estimate({{}}, 1);
    const RunEstimate all = estimate(points, 1);
    QCOMPARE(all.transitions, one.transitions);
    const double wanted = steps / 60.0 * static_cast<double>(one.training_tokens);
    QVERIFY(std::abs(static_cast<double>(all.training_tokens) / wanted - 1.0) < 0.01);
  }
};

QTEST_APPLESS_MAIN(SweepEstimateTest)
#include "sweep_estimate_test.moc"
