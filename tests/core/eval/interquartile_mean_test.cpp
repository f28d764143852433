// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/interquartile_mean.h"

#include <QtTest>

#include <algorithm>
#include <numeric>

using namespace limbeck;

namespace {

bool isNear(double a, double b) {
  return std::abs(a - b) < 1e-9;
}

double ofEqualWeights(const std::vector<double>& values) {
  return interquartileMean(values, std::vector<double>(values.size(), 1.0));
}

/// Each value repeated as often as it was drawn, four times over, so that a quarter is a whole number of them: then
/// the definition can be followed by hand.
double slowInterquartileMean(std::vector<double> drawn) {
  std::vector<double> all;
  for (int i = 0; i < 4; ++i) all.insert(all.end(), drawn.begin(), drawn.end());
  std::ranges::sort(all);
  const std::size_t quarter = all.size() / 4;
  return std::accumulate(all.begin() + static_cast<std::ptrdiff_t>(quarter),
                         all.end() - static_cast<std::ptrdiff_t>(quarter), 0.0) /
         static_cast<double>(all.size() - 2 * quarter);
}

}  // namespace

class InterquartileMeanTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void isTheMeanOfTheMiddleHalf() {
    QCOMPARE(ofEqualWeights({0, 2, 4, 100}), 3.0);
    QCOMPARE(ofEqualWeights({-50, 0, 1, 2, 3, 4, 5, 900}), 2.5);
    QCOMPARE(ofEqualWeights({7}), 7.0);
    QCOMPARE(ofEqualWeights({1, 3}), 2.0);
    // Of five, a quarter is one and a quarter: the second and fourth count for three quarters.
    QVERIFY(isNear(ofEqualWeights({0, 2, 4, 6, 100}), (0.75 * 2 + 4 + 0.75 * 6) / 2.5));
  }

  void weightsAreRepetitions() {
    const std::vector<double> values{1, 2, 5, 9};
    const std::vector<double> weights{3, 0, 2, 1};
    QVERIFY(isNear(interquartileMean(values, weights), slowInterquartileMean({1, 1, 1, 5, 5, 9})));
    std::vector<double> scaled = weights;
    for (double& weight : scaled) weight /= 6.0;
    QVERIFY(isNear(interquartileMean(values, scaled), interquartileMean(values, weights)));
  }

  void agreesWithTheSlowOneOnRandomSamples() {
    Rng rng(Seed{5});
    for (int trial = 0; trial < 200; ++trial) {
      std::vector<double> values(1 + rng.below(12));
      for (double& value : values) value = rng.below(1000) / 10.0;
      std::ranges::sort(values);
      QVERIFY(isNear(ofEqualWeights(values), slowInterquartileMean(values)));
    }
  }

  void intervalComesFromTheResamplesOfTheMean() {
    // Four tasks of one seed, two columns; the first is constant.
    ClusterTable table{.seed_offsets = {0, 4}, .columns = 2, .values = {3, 8, 3, 2, 3, 4, 3, 100}};
    const BootstrapOptions options{.resamples = 500};
    const Rng rng(Seed{3});
    const std::vector<Interval> intervals = bootstrapInterquartileMeans(table, {0, 1}, options, rng);
    QVERIFY(isNear(intervals[0].low, 3.0) && isNear(intervals[0].high, 3.0));
    QCOMPARE(intervals[1].mean, 6.0);
    std::vector<double> slow;
    forEachResample(table, options, rng, [&](std::span<const double> weights) {
      std::vector<double> drawn;
      for (std::size_t task = 0; task < 4; ++task) {
        drawn.insert(drawn.end(), static_cast<std::size_t>(std::lround(4 * weights[task])), table.values[2 * task + 1]);
      }
      slow.push_back(slowInterquartileMean(drawn));
    });
    const Interval expected = percentileInterval(slow);
    QVERIFY(isNear(intervals[1].low, expected.low) && isNear(intervals[1].high, expected.high));
  }

  void visitedWeightsGiveTheMeansOfTheBootstrap() {
    ClusterTable table{
        .seed_offsets = {0, 3, 6}, .columns = 1, .values = {1, 5, 2, 8, 0, 3}, .seeds_share_tasks = true};
    const BootstrapOptions options{.resamples = 300};
    std::vector<double> means;
    forEachResample(table, options, Rng(Seed{9}), [&](std::span<const double> weights) {
      means.push_back(std::inner_product(weights.begin(), weights.end(), table.values.begin(), 0.0));
      QVERIFY(isNear(std::accumulate(weights.begin(), weights.end(), 0.0), 1.0));
    });
    const Interval expected = bootstrapMeans(table, options, Rng(Seed{9})).front();
    const Interval found = percentileInterval(means);
    QVERIFY(isNear(found.mean, expected.mean) && isNear(found.low, expected.low) && isNear(found.high, expected.high));
  }
};

QTEST_APPLESS_MAIN(InterquartileMeanTest)
#include "interquartile_mean_test.moc"
