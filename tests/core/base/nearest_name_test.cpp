// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/nearest_name.h"

#include <QtTest>
#include <vector>

using namespace limbeck;

class NearestNameTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void distanceCountsEdits_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<int>("distance");
    QTest::newRow("same") << "width"
                          << "width" << 0;
    QTest::newRow("insertion") << "layer"
                               << "layers" << 1;
    QTest::newRow("deletion") << "layerss"
                              << "layers" << 1;
    QTest::newRow("substitution") << "center"
                                  << "centor" << 1;
    QTest::newRow("swapped neighbours") << "stpes"
                                        << "steps" << 1;
    QTest::newRow("from nothing") << ""
                                  << "abc" << 3;
    QTest::newRow("to nothing") << "abc"
                                << "" << 3;
    QTest::newRow("textbook") << "kitten"
                              << "sitting" << 3;  // k-s, e-i, +g
  }
  void distanceCountsEdits() {
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(int, distance);
    QCOMPARE(editDistance(from.toStdString(), to.toStdString()), distance);
    QCOMPARE(editDistance(to.toStdString(), from.toStdString()), distance);
  }

  void wordsOfALongerNameAreNear() {
    QCOMPARE(wordDistance("lengthh", "context_length"), 2);  // one letter, and one for the word left out
    QCOMPARE(wordDistance("context_lengthh", "context_length"), 1);
    QCOMPARE(wordDistance("last_episodes", "mean_of_last_episodes"), 1);
    QCOMPARE(wordDistance("ngth", "context_length"), 3);  // a part of a word is none
    QCOMPARE(wordDistance("", "ab"), 2);
  }

  void nearestIsTheFirstOfEquals() {
    const std::vector<std::string> known{"darkroom", "darkroom_hard", "key_to_door"};
    QCOMPARE(nearestName("darkrom", known), std::string("darkroom"));
    QCOMPARE(nearestName("keytodoor", known), std::string("key_to_door"));
    const std::vector<std::string> equals{"ab", "ac"};
    QCOMPARE(nearestName("ad", equals), std::string("ab"));
    QCOMPARE(nearestName("anything", {}), std::string());
  }
};

QTEST_APPLESS_MAIN(NearestNameTest)
#include "nearest_name_test.moc"
