// SPDX-License-Identifier: GPL-3.0-or-later
// `limbeck-cli bench`: what it prints, never how fast anything was.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "tests/support/cli_process.h"

using namespace limbeck::test;

class CliBenchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void jsonHoldsTheChosenGroupsWithMedianAndSpread() {
    const CliResult result = runCli({"bench", "--only", "start,machine", "--repetitions", "3", "--json", "-t", "2"});
    QVERIFY2(result.exit_code == 0, result.err);
    QJsonParseError error{};
    const QJsonObject json = QJsonDocument::fromJson(result.out, &error).object();
    QVERIFY2(error.error == QJsonParseError::NoError, qPrintable(error.errorString()));
    QCOMPARE(json["format"].toString(), "limbeck-bench");
    QCOMPARE(json["machine"]["threads"].toInt(), 2);
    QStringList groups;
    for (const QJsonValue& row : json["rows"].toArray()) {
      groups << row["group"].toString();
      QCOMPARE(row["repetitions"].toInt(), 3);
      QVERIFY(!row["paths"].toArray().isEmpty());
      for (const QJsonValue& path : row["paths"].toArray()) {
        const QJsonValue figure = path["figure"];
        QVERIFY2(figure["minimum"].toDouble() > 0.0, qPrintable(path["name"].toString()));
        QVERIFY(figure["minimum"].toDouble() <= figure["median"].toDouble());
        QVERIFY(figure["median"].toDouble() <= figure["maximum"].toDouble());
      }
    }
    QCOMPARE(groups, QStringList({"machine", "machine", "start"}));
  }

  void tableFitsAHundredAndTwentyColumns() {
    const CliResult result = runCli({"bench", "--only", "machine", "--repetitions", "1", "-t", "1"});
    QVERIFY2(result.exit_code == 0, result.err);
    for (const QByteArray& line : result.out.split('\n')) QVERIFY2(line.size() <= 120, line);
    for (const char* word : {"machine, GFLOP/s", "bf16", "GB/s", "peak:", "median", "max"}) {
      QVERIFY2(result.out.contains(word), word);
    }
  }

  void wrongGroupIsExplainedWithTheGroupsThereAre() {
    const CliResult result = runCli({"bench", "--only", "start,trainin"});
    QCOMPARE(result.exit_code, 2);
    QVERIFY(result.out.isEmpty());
    for (const char* word : {"trainin", "did you mean \"training\"", "machine", "histories", "decoding", "start"}) {
      QVERIFY2(result.err.contains(word), result.err);
    }
  }

  void wrongOptionsAndFilesAreExplained_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exit_code");
    QTest::addColumn<QByteArray>("word");
    QTest::newRow("device") << QStringList{"--device", "tpu"} << 2 << QByteArray("tpu");
    QTest::newRow("repetitions") << QStringList{"--repetitions", "0"} << 2 << QByteArray("1 to 100");
    QTest::newRow("whole") << QStringList{"--whole", "nothere.toml"} << 3
                           << QByteArray("nothere.toml: there is no such file");
  }
  void wrongOptionsAndFilesAreExplained() {
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, word);
    const CliResult result = runCli(QStringList{"bench"} + arguments);
    QTEST(result.exit_code, "exit_code");
    QVERIFY2(result.err.contains(word), result.err);
  }

  void wholeExperimentIsSplitIntoItsStages() {
    const CliResult result = runCli({"bench", "--whole", tinyExperiment(), "--repetitions", "2", "--json", "-t", "2"});
    QVERIFY2(result.exit_code == 0, result.err);
    const QJsonArray rows = QJsonDocument::fromJson(result.out).object()["rows"].toArray();
    QCOMPARE(rows.size(), 3);
    QMap<QString, double> seconds;
    for (const QJsonValue& path : rows[0]["paths"].toArray()) {
      seconds[path["name"].toString().trimmed()] = path["figure"]["maximum"].toDouble();
    }
    for (const char* part : {"histories", "training", "optimiser steps", "validation", "evaluation"}) {
      QVERIFY2(seconds[part] > 0.0 && seconds[part] <= seconds["all of it"], part);
    }
    QVERIFY(seconds["optimiser steps"] + seconds["validation"] <= 2.0 * seconds["training"]);
  }
};

QTEST_GUILESS_MAIN(CliBenchTest)
#include "bench_test.moc"
