// SPDX-License-Identifier: GPL-3.0-or-later
// A run that is killed or stopped in the middle of any stage, and started again, ends with the bytes of one that nobody
// disturbed.
#include <signal.h>

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "tests/support/cli_process.h"

using namespace limbeck::test;

namespace {

/// Long enough in every stage to be met in its middle: some forty small shards, training with a checkpoint every few
/// hundredths of a second, a long evaluation. The description is there for its quotes.
QStringList experimentArguments() {
  return QStringList{tinyExperiment(), "--threads", "1", "--set", "experiment.description=it's a \"tiny\" $room"} +
         sets(
             "environment.size=7 histories.tasks_per_shard=1 training.steps=1200 training.validate_every=250 "
             "training.checkpoint_every_seconds=0.05 evaluation.episodes=3000 evaluation.repeats=1");
}

int entries(const QString& folder, const QString& pattern) {
  const QStringList parents = QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
  return parents.isEmpty() ? 0 : int(QDir(folder + "/" + parents.front()).entryList({pattern}).size());
}

bool isInside(const QString& stage, const QString& workspace) {
  if (stage == "histories") return entries(workspace + "/histories", "shard_*") >= 3;
  if (stage == "training") return entries(workspace + "/checkpoints", "step_*") >= 2;
  return entries(workspace + "/rollouts", "ad") >= 1;
}

bool isBeyond(const QString& stage, const QString& workspace) {
  if (stage == "histories") return QDir(workspace + "/checkpoints").count() > 2;
  if (stage == "training") return QDir(workspace + "/rollouts").count() > 2;
  return entries(workspace + "/rollouts", "source") >= 1;
}

}  // namespace

class CliResumeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const CliResult result =
        runCli(QStringList{"run"} + experimentArguments() + QStringList{"-q", "-w", "undisturbed"}, folder_.path());
    QVERIFY2(result.exit_code == 0, result.err);
    undisturbed_ = outcomeOf(folder_.filePath("undisturbed"));
  }

  void killedOrStoppedRunEndsAsIfUndisturbed_data() {
    QTest::addColumn<QString>("stage");
    QTest::addColumn<int>("signal");
    for (const char* stage : {"histories", "training", "evaluation"}) {
      QTest::addRow("kill -9 in %s", stage) << stage << SIGKILL;
      QTest::addRow("Ctrl-C in %s", stage) << stage << SIGINT;
    }
  }
  void killedOrStoppedRunEndsAsIfUndisturbed() {
    QFETCH(QString, stage);
    QFETCH(int, signal);
    // On the disk, not in memory: its syncs give the histories their time. On a busy machine a signal may come late.
    QString name;
    CliResult first;
    for (int attempt = 0; attempt < 5; ++attempt) {
      name = QString("%1 of %2 'x' %3").arg(signal).arg(stage).arg(attempt);
      first = startAndSignal(stage, signal, name);
      if (!isBeyond(stage, folder_.filePath(name))) break;
    }
    QVERIFY2(!isBeyond(stage, folder_.filePath(name)), "the signal came too late to mean anything");
    if (signal == SIGINT) QCOMPARE(first.exit_code, 130);

    const QJsonObject record = recordOf(name);
    QCOMPARE(record["state"].toString(), signal == SIGKILL ? "interrupted" : "stopped");

    const CliResult second = signal == SIGINT ? runHint(first) : runCli(arguments(name), folder_.path());
    QVERIFY2(second.exit_code == 0, second.err);
    QCOMPARE(recordOf(name)["state"].toString(), "done");
    QCOMPARE(recordOf(name)["name"].toString(), "AD-1");  // the same run went on
    const QMap<QString, QByteArray> outcome = outcomeOf(folder_.filePath(name));
    QCOMPARE(outcome.keys(), undisturbed_.keys());
    for (auto file = outcome.begin(); file != outcome.end(); ++file) {
      QVERIFY2(file.value() == undisturbed_[file.key()], qPrintable(file.key()));
    }
  }

 private:
  static QStringList arguments(const QString& workspace) {
    return QStringList{"run"} + experimentArguments() + QStringList{"--workspace", workspace};
  }

  QJsonObject recordOf(const QString& workspace) const {
    const CliResult shown = runCli({"runs", "show", "1", "--json", "-w", workspace}, folder_.path());
    return QJsonDocument::fromJson(shown.out).object();
  }

  CliResult startAndSignal(const QString& stage, int signal, const QString& workspace) const {
    QProcess process;
    process.setWorkingDirectory(folder_.path());
    process.start(QStringLiteral(LIMBECK_CLI), arguments(workspace));
    if (!process.waitForStarted(kPatienceMs)) return {};
    QElapsedTimer patience;
    patience.start();
    while (!isInside(stage, folder_.filePath(workspace)) && patience.elapsed() < kPatienceMs) QThread::usleep(500);
    ::kill(static_cast<pid_t>(process.processId()), signal);
    process.waitForFinished(kPatienceMs);
    const int code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    return {code, process.readAllStandardOutput(), process.readAllStandardError()};
  }

  /// Pastes the command that the stopped run printed into a shell.
  CliResult runHint(const CliResult& stopped) const {
    if (!stopped.err.contains("Stopped. Kept: ")) return stopped;
    const QByteArray marker = "To go on: ";
    const int begin = int(stopped.err.indexOf(marker)) + int(marker.size());
    const QByteArray command = stopped.err.mid(begin, stopped.err.indexOf('\n', begin) - begin);
    return runInShell(QString::fromUtf8(command), folder_.path());
  }

  QTemporaryDir folder_;
  QMap<QString, QByteArray> undisturbed_;
};

QTEST_APPLESS_MAIN(CliResumeTest)
#include "resume_test.moc"
