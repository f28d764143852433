// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/base/text.h"

#include <QtTest>
#include <limits>

using namespace limbeck;

class TextTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void durationIsReadable() {
    QCOMPARE(durationText(0.42), QString("0.4 s"));
    QCOMPARE(durationText(38.2), QString("38 s"));
    QCOMPARE(durationText(59.6), QString("1 min 00 s"));
    QCOMPARE(durationText(125), QString("2 min 05 s"));
    QCOMPARE(durationText(11520), QString("3 h 12 min"));
    QCOMPARE(durationText(std::numeric_limits<double>::quiet_NaN()), QString("–"));
  }
  void bytesAreReadable() {
    QCOMPARE(bytesText(0), QString("0 B"));
    QCOMPARE(bytesText(999), QString("999 B"));
    QCOMPARE(bytesText(1200), QString("1.2 kB"));
    QCOMPARE(bytesText(38'000'000), QString("38 MB"));
    QCOMPARE(bytesText(999'600'000), QString("1.0 GB"));
  }
  void ageIsReadable() {
    QCOMPARE(ageText(0, 30'000), QString("just now"));
    QCOMPARE(ageText(0, 5 * 60'000), QString("5 min ago"));
    QCOMPARE(ageText(0, 3 * 3'600'000), QString("3 h ago"));
    QCOMPARE(ageText(0, std::int64_t{50} * 3'600'000), QString("2 d ago"));
  }
  void countIsGrouped() {
    QCOMPARE(countText(12), QString("12"));
    QCOMPARE(countText(1234567), QString("1") + QChar(0x202F) + "234" + QChar(0x202F) + "567");
  }
  void whatIsNoNumberIsADash() {
    QCOMPARE(returnText(14.224), QString("14.22"));
    QCOMPARE(returnText(std::numeric_limits<double>::quiet_NaN()), QString("–"));
  }
};

QTEST_APPLESS_MAIN(TextTest)
#include "text_test.moc"
