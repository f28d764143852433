// SPDX-License-Identifier: GPL-3.0-or-later
// A damaged, truncated or newer file in the workspace, and a disk that fills up: named, under its exit code, and
// nothing is lost. What can be made again from its inputs is, to the same bytes.
#include <QTest>

#include "core/model/tensor_file.h"
#include "tests/support/cli_process.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck::test;

namespace {

void flipByte(const QString& path, int offset) {
  QByteArray content = contentOf(path);
  content[offset] = static_cast<char>(content[offset] ^ 0x55);
  writeContent(path, content);
}

void truncate(const QString& path) {
  QFile::resize(path, 100);
}

void replaceText(const QString& path, const QByteArray& from, const QByteArray& to) {
  const QByteArray content = contentOf(path);
  if (!content.contains(from)) qFatal("%s has no %s", qPrintable(path), from.constData());
  writeContent(path, QByteArray(content).replace(from, to));
}

}  // namespace

class CliDamageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    base_ = scratch_.filePath("base");
    const CliResult result = runCli({"run", tinyExperiment(), "-q", "-w", base_});
    QVERIFY2(result.exit_code == 0, result.err);
  }

  void init() {
    space_ = scratch_.filePath(QString("space %1").arg(number_++));
    QVERIFY(copyFolder(base_, space_));
  }

  void whatCanBeMadeAgainIsNamedAndMadeAgain_data() {
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<int>("offset");  // -1: truncated, -2: missing
    QTest::newRow("shard with a flipped bit") << "histories/*/shard_00001/actions.npy" << 300;
    QTest::newRow("truncated shard") << "histories/*/shard_00001/observations.npy" << -1;
    QTest::newRow("shard without a column") << "histories/*/shard_00002/ends.npy" << -2;
    QTest::newRow("damaged manifest") << "histories/*/shard_00000/manifest.json" << 5;
    QTest::newRow("flipped bit in the newest checkpoint") << "checkpoints/*/step_*" << 9000;
    QTest::newRow("truncated newest checkpoint") << "checkpoints/*/step_*" << -1;
    QTest::newRow("rollouts with a flipped bit") << "rollouts/*/ad/rewards.npy" << 300;
    QTest::newRow("truncated rollouts") << "rollouts/*/source/actions.npy" << -1;
  }
  void whatCanBeMadeAgainIsNamedAndMadeAgain() {
    QFETCH(QString, pattern);
    QFETCH(int, offset);
    const QString path = only(space_, pattern);
    if (offset >= 0) flipByte(path, offset);
    if (offset == -1) truncate(path);
    if (offset == -2) QVERIFY(QFile::remove(path));
    const CliResult result = runCli({"run", tinyExperiment(), "-q", "-w", space_});
    QVERIFY2(result.exit_code == 0, result.err);
    const QString thing = pattern.startsWith("checkpoints") ? path : QFileInfo(path).path();
    QVERIFY2(result.err.contains("warning") && result.err.contains(thing.toUtf8()), result.err);
    QCOMPARE(outcomeOf(space_), outcomeOf(base_));
  }

  void damagedChosenCheckpointSaysHowToGoOn() {
    const QString best = only(space_, "checkpoints/*/best.safetensors");
    truncate(best);
    QVERIFY(QDir(only(space_, "rollouts/*")).removeRecursively());
    const CliResult result = runCli({"run", tinyExperiment(), "-q", "-w", space_});
    QCOMPARE(result.exit_code, 5);
    QVERIFY2(result.err.contains(best.toUtf8()) && result.err.contains("remove"), result.err);
    QVERIFY(QDir(QFileInfo(best).path()).removeRecursively());  // the way out that it names
    QCOMPARE(runCli({"run", tinyExperiment(), "-q", "-w", space_}).exit_code, 0);
    QCOMPARE(outcomeOf(space_), outcomeOf(base_));
  }

  void damagedNewestCheckpointFallsBackToTheOneBefore() {
    QVERIFY(QDir(only(space_, "checkpoints/*")).removeRecursively());
    const QStringList often{
        "run", tinyExperiment(), "-q", "-w", space_, "--set", "training.checkpoint_every_seconds=1e-6"};
    QCOMPARE(runCli(often).exit_code, 0);  // a checkpoint each step: the last three stand there
    truncate(only(space_, "checkpoints/*/step_*60.safetensors"));
    flipByte(only(space_, "checkpoints/*/step_*59.safetensors"), 9000);
    const CliResult result = runCli({"run", tinyExperiment(), "-w", space_});
    QVERIFY2(result.exit_code == 0, result.err);
    for (const char* word : {"step_000000060", "step_000000059", "goes on from the checkpoint at step 58"}) {
      QVERIFY2(result.err.contains(word), result.err);
    }
    QCOMPARE(outcomeOf(space_), outcomeOf(base_));
  }

  void checkpointOfANewerVersionIsRefusedAndKept_data() {
    QTest::addColumn<QString>("pattern");
    QTest::newRow("newest") << "checkpoints/*/step_*";
    QTest::newRow("chosen") << "checkpoints/*/best.safetensors";
  }
  void checkpointOfANewerVersionIsRefusedAndKept() {
    QFETCH(QString, pattern);
    QVERIFY(QDir(only(space_, "rollouts/*")).removeRecursively());  // so that the chosen one is needed
    const QString path = only(space_, pattern);
    limbeck::TensorFile file = limbeck::readTensorFile(path.toStdString());
    file.metadata["format_version"] = "99";
    limbeck::writeTensorFile(path.toStdString(), file);
    const QByteArray before = contentOf(path);
    const CliResult result = runCli({"run", tinyExperiment(), "-q", "-w", space_});
    QCOMPARE(result.exit_code, 5);
    QVERIFY2(result.err.contains(path.toUtf8()) && result.err.contains("format 99"), result.err);
    QCOMPARE(contentOf(path), before);
  }

  void fileOfANewerVersionIsRefusedAndKept_data() {
    QTest::addColumn<QString>("pattern");
    QTest::newRow("shard") << "histories/*/shard_00001/manifest.json";
    QTest::newRow("rollouts") << "rollouts/*/ad/manifest.json";
  }
  void fileOfANewerVersionIsRefusedAndKept() {
    QFETCH(QString, pattern);
    const QString manifest = only(space_, pattern);
    replaceText(manifest, "\"format_version\": 1", "\"format_version\": 99");
    const QByteArray before = contentOf(manifest);
    const CliResult result = runCli({"run", tinyExperiment(), "-q", "-w", space_});
    QCOMPARE(result.exit_code, 5);
    QVERIFY2(result.err.contains("99") && result.err.contains(QFileInfo(manifest).path().toUtf8()), result.err);
    QCOMPARE(contentOf(manifest), before);
    // The run was finished before: its results stand, with every stage, and it stays in its group.
    const QByteArray shown = runCli({"runs", "show", "1", "-w", space_}).out;
    QVERIFY2(shown.contains("done") && !shown.contains("failed") && shown.contains("normalized_last"), shown);
    QCOMPARE(runCli({"export", "1", "--group", "--format", "json", "-w", space_}).exit_code, 0);
  }

  void seedThatFailsDoesNotEndTheOthers() {
    replaceText(only(space_, "histories/*/shard_00001/manifest.json"), "\"format_version\": 1",
                "\"format_version\": 99");
    const CliResult result = runCli({"run", tinyExperiment(), "-q", "--seed", "1,2", "-w", space_});
    QCOMPARE(result.exit_code, 5);
    QVERIFY2(result.err.contains("99"), result.err);
    QVERIFY2(result.out.contains("Picture:"), result.out);  // of the seed that was finished
    QVERIFY(runCli({"runs", "show", "2", "-w", space_}).out.contains("normalized_last"));
  }

  void databaseThatIsNotUsableIsRefusedAndKept_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("word");
    const QByteArray good = contentOf(base_ + "/limbeck.db");
    QTest::newRow("truncated") << good.left(5000) << "damaged";
    QTest::newRow("empty") << QByteArray() << "empty";
    QTest::newRow("text") << QByteArray("hello\n") << "not an SQLite database";
    QByteArray newer = good;
    newer[63] = 77;  // user_version: big-endian at 60
    QTest::newRow("newer") << newer << "version 77";
  }
  void databaseThatIsNotUsableIsRefusedAndKept() {
    QFETCH(QByteArray, content);
    QFETCH(QString, word);
    writeContent(space_ + "/limbeck.db", content);
    for (const QStringList& command : {QStringList{"run", tinyExperiment(), "-q"}, QStringList{"runs"}}) {
      const CliResult result = runCli(command + QStringList{"-w", space_});
      QCOMPARE(result.exit_code, 5);
      QVERIFY2(result.err.contains("limbeck.db") && result.err.contains(word.toUtf8()), result.err);
    }
    QCOMPARE(contentOf(space_ + "/limbeck.db"), content);
    QCOMPARE(outcomeOf(space_), outcomeOf(base_));
  }

  /// Files may not grow beyond so many KiB, which fails the same calls as a full disk (and raises SIGXFSZ).
  void fullDiskIsAnIoFailureThatLosesNothing_data() {
    QTest::addColumn<int>("kibibytes");
    for (const int kibibytes : {0, 2, 20, 104}) QTest::addRow("%d", kibibytes) << kibibytes;
  }
  void fullDiskIsAnIoFailureThatLosesNothing() {
    QFETCH(int, kibibytes);
    const QString full = scratch_.filePath(QString("full %1").arg(kibibytes));
    const CliResult result = runInShell(
        QString("ulimit -f %1; exec limbeck-cli run '%2' -q -w '%3'").arg(kibibytes).arg(tinyExperiment(), full));
    QVERIFY2(result.exit_code == 4, result.err);
    QVERIFY2(result.err.contains("space") && result.err.contains(full.toUtf8()), result.err);
    QVERIFY(!result.err.contains("please report"));
    const CliResult again = runCli({"run", tinyExperiment(), "-q", "-w", full});
    QVERIFY2(again.exit_code == 0, again.err);
    QCOMPARE(outcomeOf(full), outcomeOf(base_));
  }

  void fullDiskDuringAStageKeepsWhatIsThere() {
    // The database is there and may not grow much; a shard of this size does not fit.
    const QStringList more = sets("source.episodes=4000 histories.histories_per_task=2");
    const CliResult result = runInShell(QString("ulimit -f 200; exec limbeck-cli generate '%1' -q -w '%2' %3")
                                            .arg(tinyExperiment(), space_, more.join(' ')));
    QVERIFY2(result.exit_code == 4, result.err);
    QVERIFY2(result.err.contains(".npy") || result.err.contains("shard"), result.err);
    QCOMPARE(runCli({"runs", "-w", space_}).exit_code, 0);
    QVERIFY(runCli({"runs", "-w", space_}).out.contains("failed"));
    QCOMPARE(runCli(QStringList{"generate", tinyExperiment(), "-q", "-w", space_} + more).exit_code, 0);
    QCOMPARE(runCli({"run", tinyExperiment(), "-q", "-w", space_}).exit_code, 0);
  }

 private:
  ScratchFolder scratch_;
  QString base_;
  QString space_;
  int number_ = 0;
};

QTEST_APPLESS_MAIN(CliDamageTest)
#include "damage_test.moc"
