// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/eta.h"

#include <QTest>

using limbeck::Eta;

class EtaTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void steadyWorkIsExtrapolated();
  void nothingIsSaidTooEarly();
  void nothingIsSaidWithoutATotalOrMovement();
  void estimateCountsDownBetweenReports();
  void changedSpeedIsFollowed();
  void fastReportsAreNotLost();
  void newPartBeginsAfresh();
  void doneIsZero();
};

void EtaTest::steadyWorkIsExtrapolated() {
  Eta eta;
  for (int second = 0; second <= 10; ++second) eta.update(second, 5 * second, 100);
  QCOMPARE(eta.remainingSeconds(10).value(), 10.0);  // 50 left at 5 a second
}

void EtaTest::nothingIsSaidTooEarly() {
  Eta eta;
  QVERIFY(!eta.remainingSeconds(0));
  eta.update(0, 0, 100);
  eta.update(0.4, 10, 100);
  QVERIFY(!eta.remainingSeconds(0.4));
}

void EtaTest::nothingIsSaidWithoutATotalOrMovement() {
  Eta unknown;
  Eta stuck;
  for (int second = 0; second < 5; ++second) {
    unknown.update(second, second, 0);
    stuck.update(second, 7, 100);
  }
  QVERIFY(!unknown.remainingSeconds(5));
  QVERIFY(!stuck.remainingSeconds(5));
}

void EtaTest::estimateCountsDownBetweenReports() {
  Eta eta;
  eta.update(0, 0, 100);
  eta.update(10, 50, 100);
  QCOMPARE(eta.remainingSeconds(13).value(), 7.0);
  QCOMPARE(eta.remainingSeconds(99).value(), 0.0);  // late, never negative
}

void EtaTest::changedSpeedIsFollowed() {
  Eta eta;
  // 100 s at 10 a second, then 40 s at 1 a second: only the last 20 s count.
  for (int second = 0; second <= 100; ++second) eta.update(second, 10 * second, 2000);
  for (int second = 101; second <= 140; ++second) eta.update(second, 1000 + (second - 100), 2000);
  QCOMPARE(eta.remainingSeconds(140).value(), 960.0);
}

void EtaTest::fastReportsAreNotLost() {
  Eta eta;
  // A report a millisecond: merged samples must still span the window and end at the newest report.
  for (int millisecond = 0; millisecond <= 10'000; ++millisecond) eta.update(1e-3 * millisecond, millisecond, 20'000);
  QVERIFY(qAbs(eta.remainingSeconds(10).value() - 10.0) < 1e-6);
}

void EtaTest::newPartBeginsAfresh() {
  Eta eta;
  for (int second = 0; second <= 10; ++second) eta.update(second, 10 * second, 100);
  eta.update(11, 0, 50);
  QVERIFY(!eta.remainingSeconds(11));
  eta.update(21, 10, 50);
  QCOMPARE(eta.remainingSeconds(21).value(), 40.0);  // at 1 a second, not at the first part's 10
  eta.update(22, 5, 50);                             // falls: a part of the same size
  QVERIFY(!eta.remainingSeconds(22));
}

void EtaTest::doneIsZero() {
  Eta eta;
  eta.update(0, 10, 10);
  QCOMPARE(eta.remainingSeconds(3).value(), 0.0);
}

QTEST_APPLESS_MAIN(EtaTest)
#include "eta_test.moc"
