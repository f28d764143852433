// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/thinned_curve.h"

#include <QtTest>

using namespace limbeck;
using Values = std::vector<double>;

class ThinnedCurveTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void fewPointsStayAsTheyAre() {
    ThinnedCurve curve(4);
    QVERIFY(curve.steps().empty() && curve.values().empty());
    for (int step = 1; step <= 4; ++step) curve.add(step, step * 10.0);
    QCOMPARE(curve.steps(), (Values{1, 2, 3, 4}));
    QCOMPARE(curve.values(), (Values{10, 20, 30, 40}));
  }

  // The fifth point makes the buckets (1, 2), (3, 4), (5, 6); the ninth (1 .. 4), (5 .. 8), (9 .. 12).
  void bucketsDoubleWhenTheyAreTooMany() {
    ThinnedCurve curve(4);
    for (int step = 1; step <= 5; ++step) curve.add(step, step * 10.0);
    QCOMPARE(curve.steps(), (Values{1.5, 3.5, 5}));
    QCOMPARE(curve.values(), (Values{15, 35, 50}));
    for (int step = 6; step <= 9; ++step) curve.add(step, step * 10.0);
    QCOMPARE(curve.steps(), (Values{2.5, 6.5, 9}));
    QCOMPARE(curve.values(), (Values{25, 65, 90}));
  }

  void aConstantStaysConstantAndSizeIsBounded() {
    ThinnedCurve curve(600);
    for (std::int64_t step = 1; step <= 100'000; ++step) {
      curve.add(step, 0.75);
      if (step % 9973 == 0) QVERIFY(curve.values().size() <= 600);
    }
    const Values values = curve.values();
    QVERIFY(values.size() > 300 && values.size() <= 600);  // doubling leaves more than half
    for (const double value : values) QCOMPARE(value, 0.75);
  }

  void stepsFarApartAreTakenToo() {
    ThinnedCurve curve(1);
    curve.add(1, 2.0);
    curve.add(std::int64_t{1} << 40, 4.0);
    QCOMPARE(curve.values(), Values{3.0});
  }
};

QTEST_APPLESS_MAIN(ThinnedCurveTest)
#include "thinned_curve_test.moc"
