// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/ticks.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/base/check.h"

using namespace limbeck;

class TicksTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void ticksAreTheFinestRoundNumbersThatFit_data();
  void ticksAreTheFinestRoundNumbersThatFit();
  void anEmptyOrInfiniteRangeIsABug();
};

void TicksTest::ticksAreTheFinestRoundNumbersThatFit_data() {
  QTest::addColumn<double>("min");
  QTest::addColumn<double>("max");
  QTest::addColumn<int>("max_count");
  QTest::addColumn<std::vector<double>>("values");
  QTest::addColumn<std::vector<std::string>>("labels");
  using V = std::vector<double>;
  using L = std::vector<std::string>;
  QTest::newRow("both ends are ticks") << 0.0 << 100.0 << 6 << V{0, 20, 40, 60, 80, 100}
                                       << L{"0", "20", "40", "60", "80", "100"};
  QTest::newRow("one less does not fit") << 0.0 << 100.0 << 5 << V{0, 50, 100} << L{"0", "50", "100"};
  QTest::newRow("within the range only") << 1.0 << 16.7 << 5 << V{5, 10, 15} << L{"5", "10", "15"};
  QTest::newRow("decimals of the step") << 0.0 << 1.0 << 6 << V{0, 0.2, 0.4, 3 * 0.2, 0.8, 1.0}
                                        << L{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"};
  QTest::newRow("across zero") << -1.0 << 1.0 << 5 << V{-1, -0.5, 0, 0.5, 1} << L{"-1.0", "-0.5", "0.0", "0.5", "1.0"};
  QTest::newRow("below zero") << -70.0 << -20.0 << 6 << V{-70, -60, -50, -40, -30, -20}
                              << L{"-70", "-60", "-50", "-40", "-30", "-20"};
  QTest::newRow("two of a small range") << 0.1 << 0.35 << 2 << V{0.2} << L{"0.2"};
}

void TicksTest::ticksAreTheFinestRoundNumbersThatFit() {
  QFETCH(double, min);
  QFETCH(double, max);
  QFETCH(int, max_count);
  QFETCH(std::vector<double>, values);
  QFETCH(std::vector<std::string>, labels);
  const Ticks ticks = niceTicks(min, max, max_count);
  std::vector<std::string> made;
  for (const double value : ticks.values) made.push_back(ticks.label(value));
  QCOMPARE(made, labels);
  for (std::size_t i = 0; i < values.size(); ++i) QVERIFY(std::abs(ticks.values[i] - values[i]) < 1e-12);
}

void TicksTest::anEmptyOrInfiniteRangeIsABug() {
  QVERIFY_EXCEPTION_THROWN(niceTicks(1.0, 1.0, 5), BugError);
  QVERIFY_EXCEPTION_THROWN(niceTicks(0.0, std::numeric_limits<double>::infinity(), 5), BugError);
}

QTEST_APPLESS_MAIN(TicksTest)
#include "ticks_test.moc"
