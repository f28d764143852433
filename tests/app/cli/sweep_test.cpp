// SPDX-License-Identifier: GPL-3.0-or-later
// A file with a sweep, end to end: its runs, what they share, what is reported of them.
#include <signal.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "tests/support/cli_process.h"

using namespace limbeck::test;

namespace {

/// tiny.toml with two points, two seeds, a claim that is true of anything and one that is of nothing.
QByteArray sweepText() {
  return contentOf(tinyExperiment()).replace("seed = 1\n", "seed = 1\nseeds = 2\n") + R"(
[sweep]
training.steps = [20, 40]

[[claim]]
text = "returns are not negative"
point = "steps=20"
metric = "last_returns"
at_least = 0

[[claim]]
text = "thousands"
source = "nobody"
published = 1000
point = "steps=40"
metric = "last_returns"
at_least = 1000

[[published]]
file = "numbers.csv"
)";
}

QJsonObject objectOf(const QByteArray& text) {
  return QJsonDocument::fromJson(text).object();
}

}  // namespace

class CliSweepTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    writeContent(folder_.filePath("sweep.toml"), sweepText());
    writeContent(folder_.filePath("numbers.csv"),
                 "figure,curve,axis,x,y,error,reading,source\n4,theirs,episode,5,2,0.1,by eye,a paper\n");
    first_ = cli({"run", "sweep.toml", "--json", "-q"});
    QVERIFY2(first_.exit_code == 0, first_.err);
  }

  void everyPointHasEverySeed() {
    const QJsonObject sweep = objectOf(first_.out);
    QCOMPARE(sweep["format"].toString(), "limbeck-sweep");
    QCOMPARE(sweep["points"].toArray().size(), 2);
    for (const QJsonValue point : sweep["points"].toArray()) {
      QCOMPARE(point["report"]["seeds"].toArray().size(), 2);
    }
    QCOMPARE(sweep["claims"][0]["verdict"].toString(), "reproduced");
    QCOMPARE(sweep["claims"][1]["verdict"].toString(), "not reproduced");
    QCOMPARE(sweep["published"].toArray().size(), 1);
    QCOMPARE(sweep["improvements"].toArray().size(), 1);
    QVERIFY(contentOf(folder_.filePath("workspace/tiny.svg")).contains("steps=40"));
  }

  void historiesAreMadeOnceASeed() {
    QCOMPARE(QDir(folder_.filePath("workspace/histories")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 2);
    const QJsonArray points = objectOf(first_.out)["points"].toArray();
    for (int i = 0; i < 2; ++i) {
      const QJsonArray stages = points[i]["report"]["seeds"][0]["stages"].toArray();
      QCOMPARE(stages[0]["stage"].toString(), "histories");
      QCOMPARE(stages[0]["skipped"].toBool(), i == 1);
      QVERIFY(!stages[1]["skipped"].toBool());
    }
  }

  void runsAreListedBySweep() {
    const CliResult all = cli({"runs", "--sweep", "tiny"});
    QCOMPARE(all.out.count("AD-"), 4);
    QVERIFY2(all.out.contains("tiny · steps=40"), all.out);
    QVERIFY(cli({"runs", "--sweep", "other"}).out.contains("No runs that match"));
    QVERIFY(cli({"runs", "show", "AD-2"}).out.contains("sweep tiny, point steps=40"));
    QCOMPARE(objectOf(cli({"runs", "show", "AD-2", "--json"}).out)["point"].toString(), "steps=40");
  }

  void oneRunOfASweepIsARunLikeAnother() {
    const QJsonObject config = objectOf(cli({"runs", "show", "AD-2", "--json"}).out)["config"].toObject();
    QCOMPARE(config["training"]["steps"].toInt(), 40);
    const CliResult exported = cli({"export", "AD-2", "-f", "json", "--group"});
    QVERIFY2(exported.exit_code == 0, exported.err);
    QCOMPARE(objectOf(exported.out)["seeds"].toArray().size(), 2);
  }

  void reportOfFileSweepAndWorkspaceAgree() {
    const QJsonArray expected = objectOf(first_.out)["claims"].toArray();
    for (const char* subject : {"sweep.toml", "tiny"}) {
      const CliResult result = cli({"report", subject, "--format", "json", "--published", "."});
      QVERIFY2(result.exit_code == 0, result.err);
      const QJsonObject report = objectOf(result.out)["reports"][0].toObject();
      QCOMPARE(report["claims"].toArray(), expected);
      QCOMPARE(report["published"].toArray().size(), 1);
      QCOMPARE(report["points"][1]["report"]["scores"], objectOf(first_.out)["points"][1]["report"]["scores"]);
    }
  }

  void reportOfARunIsOfItsSeeds() {
    const CliResult result = cli({"report", "AD-1"});
    QVERIFY2(result.exit_code == 0, result.err);
    QVERIFY(result.out.contains("AD ") && !result.out.contains("Claims"));
  }

  void reportIsWrittenAsAPage() {
    QCOMPARE(cli({"report", "sweep.toml", "-f", "html", "-o", "page.html"}).exit_code, 0);
    const QByteArray page = contentOf(folder_.filePath("page.html"));
    QVERIFY(page.contains("<svg") && page.contains("not reproduced") && page.contains("a paper"));
  }

  void textNamesPointsProbabilityAndVerdicts() {
    const QByteArray text = cli({"report", "sweep.toml"}).out;
    for (const char* part :
         {"steps=20", "steps=40 over steps=20", "reproduced", "not reproduced  thousands (nobody: 1000)"}) {
      QVERIFY2(text.contains(part), text + "\n lacks " + part);
    }
  }

  void unknownSubjectIsNotFound() {
    const CliResult result = cli({"report", "nothing"});
    QCOMPARE(result.exit_code, 3);
    QVERIFY(result.err.contains("no experiment file, no run and no sweep"));
  }

  void missingPublishedNumbersAreSaidAndLeftOut() {
    const CliResult result = cli({"report", "tiny", "--format", "json", "--published", "elsewhere"});
    QCOMPARE(result.exit_code, 0);
    QVERIFY(result.err.contains("published numbers left out"));
  }

  void configShowsThePoints() {
    const QByteArray text = cli({"config", "sweep.toml"}).out;
    QVERIFY2(text.contains("valid") && text.contains("2 seeds from 1") && text.contains("point steps=40") &&
                 text.contains("2 claims"),
             text);
    QCOMPARE(objectOf(cli({"config", "sweep.toml", "--json"}).out)["points"].toArray().size(), 2);
    writeContent(folder_.filePath("printed.toml"), cli({"config", "sweep.toml", "--toml"}).out);
    QVERIFY(cli({"config", "printed.toml"}).out.contains("point steps=40"));
    QVERIFY(cli({"config"}).out.contains("[sweep]"));
  }

  void badSweepEndsBeforeAnyWork() {
    writeContent(folder_.filePath("bad.toml"),
                 sweepText().replace("training.steps = [20, 40]", "training.stepz = [20, 40]"));
    const CliResult result = cli({"run", "bad.toml", "-w", "unused"});
    QCOMPARE(result.exit_code, 2);
    QVERIFY2(result.err.contains("bad.toml:") && result.err.contains("training.steps"), result.err);
    QVERIFY(!QDir(folder_.filePath("unused")).exists());
  }

  void killedSweepGoesOnAndEndsTheSame() {
    QProcess process;
    process.setWorkingDirectory(folder_.path());
    process.start(LIMBECK_CLI, {"run", "sweep.toml", "-q", "-w", "killed"});
    QVERIFY(process.waitForStarted(kPatienceMs));
    // Dies somewhere behind the first point's training.
    for (int i = 0; i < 6000 && QDir(folder_.filePath("killed/rollouts")).isEmpty(); ++i) QThread::msleep(10);
    ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
    process.waitForFinished(kPatienceMs);
    const CliResult again = cli({"run", "sweep.toml", "-q", "--json", "-w", "killed"});
    QVERIFY2(again.exit_code == 0, again.err);
    QCOMPARE(objectOf(again.out)["points"][1]["report"]["scores"],
             objectOf(first_.out)["points"][1]["report"]["scores"]);
    QCOMPARE(cli({"runs", "--sweep", "tiny", "-w", "killed"}).out.count("AD-"), 4);
  }

  void seedsOfTheCommandLineAreStronger() {
    const CliResult result = cli({"run", "sweep.toml", "-q", "--json", "--seed", "7", "-w", "seven"});
    QVERIFY2(result.exit_code == 0, result.err);
    const QJsonArray seeds = objectOf(result.out)["points"][0]["report"]["seeds"].toArray();
    QCOMPARE(seeds.size(), 1);
    QCOMPARE(seeds[0]["seed"].toInt(), 7);
  }

 private:
  CliResult cli(const QStringList& arguments) const { return runCli(arguments, folder_.path()); }

  QTemporaryDir folder_;
  CliResult first_;
};

QTEST_APPLESS_MAIN(CliSweepTest)
#include "sweep_test.moc"
