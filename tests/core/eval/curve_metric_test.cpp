// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/curve_metric.h"

#include <QtTest>

using namespace limbeck;

namespace {

/// Tasks 0, 1, ... with these returns, optimum 10 and random 2: [tasks][episodes].
ScoredEvaluation evaluation(const std::vector<std::vector<float>>& returns) {
  ScoredEvaluation scored;
  scored.result.episodes = static_cast<int>(returns.front().size());
  for (std::size_t task = 0; task < returns.size(); ++task) {
    scored.result.tasks.push_back(TaskId{static_cast<int>(task)});
    scored.result.repeats.push_back(0);
    scored.result.returns.insert(scored.result.returns.end(), returns[task].begin(), returns[task].end());
    scored.references.push_back({.optimal = 10.0, .random = 2.0});
  }
  return scored;
}

std::vector<double> samples(const char* name, const std::vector<ScoredEvaluation>& seeds, int episodes = 0,
                            MetricScale scale = MetricScale::Return) {
  return sampleMetric(seeds, findCurveMetric(name, 2).value(), scale, episodes, {.resamples = 300}, Rng(Seed{1}));
}

std::vector<float> ramp(int episodes) {
  std::vector<float> values;
  for (int i = 1; i <= episodes; ++i) values.push_back(static_cast<float>(i));
  return values;
}

}  // namespace

class CurveMetricTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Returns 1, 2, ..., 20 of one task, and 3, 3, ... of another.
  void valueIsTheHandCountedOne_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("value");
    QTest::newRow("first episode") << "first_return" << (1.0 + 3) / 2;
    QTest::newRow("first two") << "first_2" << (1.5 + 3) / 2;
    QTest::newRow("last two, as the experiment says") << "last_returns" << (19.5 + 3) / 2;
    QTest::newRow("last five") << "last_5" << (18.0 + 3) / 2;
    QTest::newRow("window of ten") << "return_at_15" << (10.5 + 3) / 2;  // episodes 6 .. 15
    QTest::newRow("window cut at the start") << "return_at_3" << (2.0 + 3) / 2;
    QTest::newRow("all") << "mean_return" << (10.5 + 3) / 2;
    QTest::newRow("difference") << "last_5_minus_first_2" << (18.0 - 1.5) / 2;
    QTest::newRow("normalised") << "normalized_last" << ((19.5 - 2) / 8 + 1.0 / 8) / 2;
    QTest::newRow("area") << "area_under_curve" << (8.5 / 8 + 1.0 / 8) / 2;
    // The mean curve is 2, 2.5, ..., 11.5; its mean of five that end with episode e is (e + 1) / 2 from the fifth on.
    QTest::newRow("reached") << "episodes_to_6" << 11.0;
    QTest::newRow("reached at once") << "episodes_to_1.5" << 1.0;
    QTest::newRow("never reached") << "episodes_to_11" << 21.0;
    QTest::newRow("highest") << "highest_return" << (15.5 + 3) / 2;  // episodes 11 .. 20
    QTest::newRow("80 % of 10") << "episodes_to_80_percent" << (10.0 + 21) / 2;
    QTest::newRow("no return at all") << "never_reached_share" << 0.0;
  }

  void valueIsTheHandCountedOne() {
    QFETCH(QString, name);
    QFETCH(double, value);
    const auto found = samples(name.toUtf8().constData(), {evaluation({ramp(20), std::vector<float>(20, 3.0F)})});
    QCOMPARE(found.front(), value);
    QCOMPARE(found.size(), std::size_t{301});
  }

  void otherNamesAreNone_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"", "return_at_", "return_at_0", "return_at_-1", "return_at_1x", "last_0", "episodes_to_",
                             "episodes_to_inf", "last_5_minus_", "last_5_minus_highest_return", "first_99999999999"}) {
      QTest::addRow("%s", name) << name;
    }
  }

  void otherNamesAreNone() {
    QFETCH(QString, name);
    QVERIFY(!findCurveMetric(name.toStdString(), 5));
  }

  void episodesThatAreNeededAreTold() {
    QCOMPARE(findCurveMetric("return_at_500", 5)->least_episodes, 500);
    QCOMPARE(findCurveMetric("last_50_minus_first_5", 5)->least_episodes, 50);
    QCOMPARE(findCurveMetric("episodes_to_9", 5)->least_episodes, 1);
  }

  void normalisedScaleIsLinear() {
    const std::vector<ScoredEvaluation> seeds{evaluation({ramp(20), ramp(20)})};
    QCOMPARE(samples("last_5", seeds, 0, MetricScale::Normalized).front(), (18.0 - 2) / 8);
    QCOMPARE(samples("episodes_to_1", seeds, 0, MetricScale::Normalized).front(), 12.0);  // 8 .. 12 have the mean 10
  }

  void curveMayBeCutToAShorterOne() { QCOMPARE(samples("last_2", {evaluation({ramp(20)})}, 10).front(), 9.5); }

  void sameShapeSeesTheSameResamples() {
    const auto a = samples("mean_return", {evaluation({{1, 2}, {5, 6}, {2, 9}})});
    const auto b = samples("mean_return", {evaluation({{2, 3}, {6, 7}, {3, 10}})});
    for (std::size_t i = 0; i < a.size(); ++i) QVERIFY(std::abs(b[i] - a[i] - 1.0) < 1e-9);
  }

  void everyNameStandsForAMetric() {
    for (std::string name : curveMetricNames()) {
      for (std::size_t place = 0; (place = name.find_first_of("NX", place)) != std::string::npos; ++place)
        name[place] = '4';
      QVERIFY2(findCurveMetric(name, 5), name.c_str());
    }
  }
};

QTEST_APPLESS_MAIN(CurveMetricTest)
#include "curve_metric_test.moc"
