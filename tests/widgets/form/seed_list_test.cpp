// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/seed_list.h"

#include <QtTest>

using namespace limbeck;

class SeedListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void rangesFollowEachOther() {
    QCOMPARE(seedRange(3, 2), (std::vector<std::uint64_t>{3, 4}));
    QVERIFY(isSeedRange({3, 4, 5}) && isSeedRange({0}));
    QVERIFY(!isSeedRange({3, 5}) && !isSeedRange({4, 3}) && !isSeedRange({}));
    QCOMPARE(rangeText(3, 1), "3");
    QCOMPARE(rangeText(3, 3), "3-5");
    QCOMPARE(parseSeeds(rangeText(3, 3)).seeds, seedRange(3, 3));
  }

  void seedsAreRead_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("seeds");
    QTest::newRow("one") << "1"
                         << "1";
    QTest::newRow("range") << "0-4"
                           << "0,1,2,3,4";
    QTest::newRow("list in its own order") << "2,0,1"
                                           << "2,0,1";
    QTest::newRow("mixture with spaces") << " 7, 0 - 2 "
                                         << "7,0,1,2";
    QTest::newRow("range of one") << "3-3"
                                  << "3";
    QTest::newRow("the largest that the command line takes") << "9223372036854775807"
                                                             << "9223372036854775807";
    QTest::newRow("a range that ends at the largest") << "9223372036854775806-9223372036854775807"
                                                      << "9223372036854775806,9223372036854775807";
  }

  void seedsAreRead() {
    QFETCH(QString, text);
    QFETCH(QString, seeds);
    const SeedList list = parseSeeds(text);
    QCOMPARE(list.problem, QString());
    QCOMPARE(seedsText(list.seeds), seeds);
  }

  void wrongSeedsAreSaid_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::newRow("nothing") << " "
                             << "no seed";
    QTest::newRow("missing") << "1,,2"
                             << "missing at a comma";
    QTest::newRow("negative") << "-1"
                              << "-1 is below 0";
    QTest::newRow("word") << "one"
                          << "“one” is no seed";
    QTest::newRow("fraction") << "1.5"
                              << "“1.5” is no seed";
    QTest::newRow("twice") << "1,2,1"
                           << "1 is there twice";
    QTest::newRow("twice by a range") << "0-3,2"
                                      << "2 is there twice";
    QTest::newRow("backwards") << "4-0"
                               << "give 0-4";
    QTest::newRow("beyond 63 bits") << "9223372036854775808"
                                    << "too large";
    QTest::newRow("beyond 64 bits") << "99999999999999999999"
                                    << "too large";
    QTest::newRow("too many") << "0-1000"
                              << "more than 1000";
    QTest::newRow("too many by far") << "0-9223372036854775807"
                                     << "more than 1000";
    QTest::newRow("too many together") << "0-999,1000"
                                       << "more than 1000";
  }

  void wrongSeedsAreSaid() {
    QFETCH(QString, text);
    QFETCH(QString, words);
    const SeedList list = parseSeeds(text);
    QVERIFY2(list.problem.contains(words), qPrintable(list.problem));
    QVERIFY(list.seeds.empty());
  }

  void aThousandSeedsAreNotTooMany() { QCOMPARE(parseSeeds("0-999").seeds.size(), std::size_t{1000}); }
};

QTEST_MAIN(SeedListTest)
#include "seed_list_test.moc"
