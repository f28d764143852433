// SPDX-License-Identifier: GPL-3.0-or-later
// What limbeck-cli promises when nothing goes wrong, on a 3x3 room.
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <memory>

#include "tests/support/cli_process.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck::test;

namespace {

constexpr int kEpisodes = 10;        // tiny.toml: evaluation.episodes
constexpr int kSourceEpisodes = 24;  // tiny.toml: source.episodes

QJsonObject objectOf(const QByteArray& text) {
  QJsonParseError error{};
  const QJsonDocument document = QJsonDocument::fromJson(text, &error);
  if (error.error != QJsonParseError::NoError) qWarning("%s: %s", qPrintable(error.errorString()), text.constData());
  return document.object();
}

}  // namespace

class CliTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// One evaluated run, in a folder whose name shells and databases like least; most tests only read it.
  void initTestCase() {
    workspace_ = scratch_.filePath("größe 'n' spaces %s/wörk #1");
    first_ = run({"run", tinyExperiment(), "--json"});
    QVERIFY2(first_.exit_code == 0, first_.err);
  }

  void jsonOfARunIsOneObjectWithTheDocumentedKeys() {
    const QJsonObject report = objectOf(first_.out);
    QCOMPARE(report.keys(),
             QStringList({"curves", "environment", "evaluated_episodes", "experiment", "format", "format_version",
                          "gap_to_cleared_context", "held_out_tasks", "optimum", "random", "scores", "seeds"}));
    const QByteArray documentation = contentOf(LIMBECK_SOURCE_DIR "/docs/run-json.md");
    for (const QString& key : report.keys()) {
      QVERIFY2(documentation.contains(("`" + key + "`").toUtf8()), qPrintable(key));
    }
    QCOMPARE(report["format"].toString(), "limbeck-report");
    QCOMPARE(report["held_out_tasks"].toInt(), 2);
    QCOMPARE(report["evaluated_episodes"].toInt(), kEpisodes);
    const QJsonObject seed = report["seeds"].toArray().at(0).toObject();
    for (const QString& key : seed.keys()) {
      QVERIFY2(documentation.contains(("`" + key + "`").toUtf8()), qPrintable(key));
    }
    QCOMPARE(seed["run"].toString(), "AD-1");
    QCOMPARE(seed["training_tokens"].toInt(), 60 * 8 * 30);  // steps, windows, context_length
  }

  void everyCurveHasMeanAndIntervalForEachEpisode() {
    const QJsonObject curves = objectOf(first_.out)["curves"].toObject();
    QCOMPARE(curves.keys(), QStringList({"ad", "ad_cleared", "optimum", "random", "source"}));
    for (const QString& policy : curves.keys()) {
      const QJsonObject curve = curves[policy].toObject();
      const int episodes = policy == "source" ? kSourceEpisodes : kEpisodes;
      for (const char* part : {"mean", "low", "high"}) QCOMPARE(curve[part].toArray().size(), episodes);
      for (int i = 0; i < episodes; ++i) {
        const double mean = curve["mean"].toArray()[i].toDouble();
        QVERIFY(curve["low"].toArray()[i].toDouble() <= mean && mean <= curve["high"].toArray()[i].toDouble());
      }
    }
    // A goal beside the centre pays on 5 of 5 steps (the first move reaches it), one in a corner on 4.
    const double optimum = curves["optimum"].toObject()["mean"].toArray()[0].toDouble();
    QVERIFY(optimum == 5.0 || optimum == 4.5 || optimum == 4.0);
  }

  void pictureIsAnSvgInTheWorkspace() {
    const QByteArray picture = contentOf(workspace_ + "/tiny.svg");
    QVERIFY(picture.startsWith("<?xml") || picture.startsWith("<svg"));
    QVERIFY(picture.trimmed().endsWith("</svg>"));
  }

  void sameSeedGivesTheSameBytesInAnotherWorkspaceAndByStages() {
    const QString other = scratch_.filePath("other");
    for (const char* command : {"generate", "train", "evaluate"}) {
      const CliResult result = runCli({command, tinyExperiment(), "--workspace", other, "--quiet"});
      QVERIFY2(result.exit_code == 0, result.err);
      QCOMPARE(QDir(other + "/rollouts").isEmpty(), QString(command) != "evaluate");
    }
    const QMap<QString, QByteArray> outcome = outcomeOf(workspace_);
    QCOMPARE(outcome.size(), 3 * 6 + 2 + 3 * 6);  // shards of 5 tasks by 2, checkpoints, rollouts of 3 policies
    QCOMPARE(outcomeOf(other), outcome);
  }

  void secondRunFindsEveryStageAndRemembersWhatTheFirstOneTook() {
    const QJsonObject before = objectOf(run({"runs", "show", "1", "--json"}).out);
    const QJsonObject report = objectOf(run({"run", tinyExperiment(), "--json"}).out);
    const QJsonObject seed = report["seeds"].toArray()[0].toObject();
    for (const QJsonValue stage : seed["stages"].toArray()) QVERIFY(stage.toObject()["skipped"].toBool());
    QCOMPARE(seed["run"].toString(), "AD-1");
    QCOMPARE(report["curves"].toObject(), objectOf(first_.out)["curves"].toObject());
    QCOMPARE(objectOf(run({"runs", "show", "1", "--json"}).out)["stages"].toArray(), before["stages"].toArray());
  }

  void anotherNameSharesHistoriesAndCheckpointButIsARunOfItsOwn() {
    const CliResult result = run({"run", tinyExperiment(), "--json", "--set", "experiment.name=a/../b"});
    QVERIFY2(result.exit_code == 0, result.err);
    const QJsonObject seed = objectOf(result.out)["seeds"].toArray()[0].toObject();
    QVERIFY(seed["run"].toString() != "AD-1");
    for (const QJsonValue stage : seed["stages"].toArray()) QVERIFY(stage.toObject()["skipped"].toBool());
    QVERIFY(QFile::exists(workspace_ + "/a_.._b.svg"));  // not beside or above the workspace
  }

  void seedsMakeAGroupAndOverridesAnother() {
    const QString space = scratch_.filePath("group");
    // The file last: neither --set nor --seed may swallow it.
    const CliResult result = runCli(
        {"run", "--json", "--workspace", space, "--set", "training.steps=20", "--seed", "1,2", tinyExperiment()});
    QVERIFY2(result.exit_code == 0, result.err);
    const QJsonObject report = objectOf(result.out);
    QCOMPARE(report["seeds"].toArray().size(), 2);
    QCOMPARE(runCli({"run", tinyExperiment(), "--workspace", space, "--quiet"}).exit_code, 0);
    const auto record = [&](const char* name) {
      return objectOf(runCli({"runs", "show", name, "--json", "--workspace", space}).out);
    };
    QCOMPARE(record("AD-1")["group"], record("AD-2")["group"]);
    QVERIFY(record("AD-1")["group"] != record("AD-3")["group"]);
    QCOMPARE(record("1")["overrides"].toArray(), QJsonArray({"training.steps=20"}));
    QCOMPARE(record("2")["config"].toObject()["training"].toObject()["steps"].toInt(), 20);
    const CliResult group = runCli({"export", "1", "--group", "--format", "json", "--workspace", space});
    QCOMPARE(objectOf(group.out)["curves"].toObject(), report["curves"].toObject());
    QCOMPARE(objectOf(runCli({"export", "1", "-f", "json", "-w", space}).out)["seeds"].toArray().size(), 1);
  }

  void runsCanBeNamedFoundAndTrashed() {
    QCOMPARE(run({"runs", "title", "AD-1", "Grüße"}).exit_code, 0);
    QCOMPARE(run({"runs", "tag", "1", "first", "paper"}).exit_code, 0);
    QCOMPARE(run({"runs", "tag", "1", "--remove", "paper"}).exit_code, 0);
    QCOMPARE(run({"runs", "tag", "1"}).exit_code, 2);  // nothing to do is a mistake
    QCOMPARE(run({"runs", "note", "1", "a note\nof two lines"}).exit_code, 0);
    QCOMPARE(run({"runs", "star", "1"}).exit_code, 0);
    const QByteArray list = run({"runs"}).out;
    QCOMPARE(run({"runs", "list"}).out, list);
    for (const char* text : {"AD-1 ", "done", "Grüße", "* first"}) QVERIFY2(list.contains(text), list);
    QVERIFY(!list.contains("paper"));
    QVERIFY(run({"runs", "--tag", "first"}).out.contains("AD-1"));
    QVERIFY(run({"runs", "--text", "two lines"}).out.contains("AD-1"));
    QVERIFY(!run({"runs", "--tag", "second"}).out.contains("AD-1"));
    const QByteArray shown = run({"runs", "show", "ad-1"}).out;
    for (const char* text : {"histories", "training", "evaluation", "last_returns", "a note"}) {
      QVERIFY2(shown.contains(text), shown);
    }
    QCOMPARE(run({"runs", "trash", "1"}).exit_code, 0);
    QVERIFY(!run({"runs"}).out.contains("Grüße"));
    QVERIFY(run({"runs", "--trash"}).out.contains("Grüße"));
    QCOMPARE(run({"runs", "restore", "1"}).exit_code, 0);
    QCOMPARE(run({"runs", "unstar", "1"}).exit_code, 0);
    QVERIFY(run({"runs"}).out.contains("Grüße"));
  }

  void exportWritesEveryFormat() {
    const QString folder = scratch_.path();
    QCOMPARE(run({"export", "1"}).out, contentOf(workspace_ + "/tiny.svg"));
    QCOMPARE(run({"export", "1", "-o", folder + "/curve.svg"}).exit_code, 0);
    QCOMPARE(contentOf(folder + "/curve.svg"), contentOf(workspace_ + "/tiny.svg"));
    const QByteArray table = run({"export", "1", "-f", "csv"}).out;
    for (const char* name : {"AD", "source", "context cleared"}) QVERIFY2(table.contains(name), table);
    QCOMPARE(run({"export", "1", "-f", "pgfplots", "-o", folder + "/figure.tex"}).exit_code, 0);
    QVERIFY(contentOf(folder + "/figure.tex").contains("\\begin{axis}"));
    QVERIFY(QFile::exists(folder + "/figure_data.csv"));
    const QJsonObject scores = objectOf(run({"export", "1", "-f", "json"}).out);
    QCOMPARE(scores["scores"].toObject(), objectOf(first_.out)["scores"].toObject());
    const QJsonObject record = objectOf(run({"export", "1", "-f", "record"}).out);
    QCOMPARE(record["experiment_file"].toString().toUtf8(), contentOf(tinyExperiment()));
    QCOMPARE(record["state"].toString(), "done");
  }

  void configExplainsChecksAndWritesAFileBackThatMeansTheSame() {
    const QByteArray schema = runCli({"config"}).out;
    for (const char* key : {"environment.size", "training.steps", "compute.threads"}) QVERIFY(schema.contains(key));
    QVERIFY(runCli({"config", tinyExperiment()}).out.contains("valid"));
    const CliResult toml = runCli({"config", "--set", "training.steps=77", tinyExperiment(), "--toml"});
    QVERIFY2(toml.out.contains("steps = 77"), toml.err);
    writeContent(scratch_.filePath("again.toml"), toml.out);
    QCOMPARE(runCli({"config", scratch_.filePath("again.toml"), "--json"}).out,
             runCli({"config", "--set", "training.steps=77", tinyExperiment(), "--json"}).out);
  }

  void everyCommandExplainsItself_data() {
    QTest::addColumn<QStringList>("command");
    for (const char* command :
         {"", "run", "generate", "train", "evaluate", "runs", "runs list", "runs show", "runs title", "runs tag",
          "runs note", "runs star", "runs trash", "runs restore", "export", "config", "bench"}) {
      QTest::newRow(command) << QString(command).split(' ', Qt::SkipEmptyParts);
    }
  }
  void everyCommandExplainsItself() {
    QFETCH(QStringList, command);
    const CliResult help = runCli(command + QStringList{"--help"});
    QCOMPARE(help.exit_code, 0);
    QVERIFY2(help.out.contains("Usage: limbeck-cli"), help.out);
    QVERIFY2(help.out.contains("Exit codes"), help.out);
    QVERIFY(help.err.isEmpty());
  }

  void everyExperimentOfTheProjectIsValid_data() {
    QTest::addColumn<QString>("path");
    const QDir folder(QStringLiteral(LIMBECK_SOURCE_DIR "/experiments"));
    for (const QString& name : folder.entryList({"*.toml"})) QTest::newRow(qPrintable(name)) << folder.filePath(name);
  }
  void everyExperimentOfTheProjectIsValid() {
    QFETCH(QString, path);
    const CliResult result = runCli({"config", path});
    QVERIFY2(result.exit_code == 0, result.err);
  }

  void quietRunSaysNothingOnStandardErrorAndAPlainOneNamesItsRun() {
    QCOMPARE(run({"run", tinyExperiment(), "--quiet"}).err, QByteArray());
    QVERIFY(run({"run", tinyExperiment()}).err.contains("AD-1 · tiny · seed 1"));
  }

  void withoutRolloutsOrValidationARunStillEnds_data() {
    QTest::addColumn<QString>("assignment");
    QTest::newRow("no rollouts") << "evaluation.keep_rollouts=false";
    QTest::newRow("no validation") << "training.validate_every=0";
  }
  void withoutRolloutsOrValidationARunStillEnds() {
    QFETCH(QString, assignment);
    for (int repeat = 0; repeat < 2; ++repeat) {
      const CliResult result = run({"run", tinyExperiment(), "--quiet", "--set", assignment});
      QVERIFY2(result.exit_code == 0, result.err);
    }
  }

 private:
  CliResult run(const QStringList& arguments) const {
    return runCli(arguments + QStringList{"--workspace", workspace_});
  }

  ScratchFolder scratch_;
  QString workspace_;
  CliResult first_;
};

QTEST_APPLESS_MAIN(CliTest)
#include "cli_test.moc"
