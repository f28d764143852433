// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong in a command line or an experiment file is said with thing, value, limit and way out, under its own
// exit code (app/cli/exit_code.h), before any work begins.
#include <QTest>
#include <chrono>
#include <memory>
#include <thread>

#include "core/store/workspace.h"
#include "tests/support/cli_process.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck;
using namespace limbeck::test;

class CliBadInputTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    writeContent(scratch_.filePath("empty.toml"), "");
    writeContent(scratch_.filePath("binary.toml"), QByteArray("\x7f"
                                                              "ELF\x02\x01\x00\x00\x00",
                                                              9));
    writeContent(scratch_.filePath("unknown.toml"), "[experiment]\nname = \"x\"\n[training]\nstpes = 4\n");
    writeContent(scratch_.filePath("syntax.toml"), "[training\nsteps = 4\n");
    writeContent(scratch_.filePath("type.toml"), "[training]\nsteps = \"many\"\n");
    writeContent(scratch_.filePath("a file"), "");
  }

  void wrongCommandLineOrExperimentIsExplained_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exit_code");
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char* name, const QStringList& arguments, int exit_code, const QStringList& words) {
      QTest::newRow(name) << arguments << exit_code << words;
    };
    const auto set = [&](const char* assignment, const QStringList& words) {
      row(assignment, {"run", tinyExperiment(), "--set", assignment}, 2, words);
    };
    row("no command", {}, 2, {"which command", "Usage"});
    row("unknown command", {"evalaute"}, 2, {"\"evalaute\"", "did you mean \"evaluate\""});
    row("option before the command", {"--frob"}, 2, {"--frob", "--help"});
    row("unknown option", {"run", tinyExperiment(), "--frob"}, 2, {"--frob", "limbeck-cli run --help"});
    row("no file", {"run"}, 2, {"FILE is required"});
    row("seed", {"run", tinyExperiment(), "--seed", "-1"}, 2, {"--seed", "-1", "0 to 9223372036854775807"});
    row("threads", {"run", tinyExperiment(), "--threads", "-3"}, 2, {"--threads", "-3", "0 to 1024"});
    row("seed", {"run", tinyExperiment(), "--seed", "x"}, 2, {"--seed", "x"});
    row("seed twice", {"run", tinyExperiment(), "--seed", "1,2,1"}, 2, {"--seed", "1 is there twice"});
    row("missing file", {"run", "nothere.toml"}, 3, {"nothere.toml", "no such file", "experiments/"});
    row("missing file to check", {"config", "nothere.toml"}, 3, {"nothere.toml", "no such file"});
    row("empty file", {"run", "empty.toml"}, 2, {"empty.toml:1:1", "empty", "[experiment]"});
    row("binary file", {"run", "binary.toml"}, 2, {"binary.toml", "binary file"});
    row("a folder", {"run", "."}, 2, {"directory", "TOML"});
    row("unknown key", {"run", "unknown.toml"}, 2, {"unknown.toml:4:1", "training.stpes", "\"training.steps\""});
    row("syntax", {"run", "syntax.toml"}, 2, {"syntax.toml:1"});
    row("wrong type", {"run", "type.toml"}, 2, {"type.toml:2:1", "training.steps", "many", "integer"});
    set("context.context_length=300", {"context.context_length is 300", "only 40", "shorter"});
    set("model.heads=3", {"model.heads = 3", "model.width = 16"});
    set("model.heads=32", {"model.heads = 32", "[1, 16]"});
    set("tasks.held_out=0", {"tasks.held_out is 0", "at least 1"});
    set("tasks.held_out=8", {"8 held_out", "8 of darkroom"});
    set("context.drop_count=30", {"context.drop_count is 30", "below"});
    set("evaluation.last_episodes=11", {"evaluation.last_episodes is 11", "10"});
    set("training.steps", {"section.name=value"});
    set("no.such=1", {"\"no.such\"", "limbeck-cli config"});
    row("picture in no folder", {"run", tinyExperiment(), "-o", "none/x.svg"}, 3, {"none", "no folder"});
    row("picture onto a folder", {"run", tinyExperiment(), "-o", "."}, 2, {"a folder"});
#ifdef LIMBECK_HAS_TORCH
    row("no such device", {"run", tinyExperiment(), "--set", "compute.device=cuda"}, 7, {"cuda"});
#else
    row("no such backend", {"run", tinyExperiment(), "--set", "compute.backend=torch"}, 7, {"no LibTorch backend"});
#endif
    row("divergence", {"run", tinyExperiment(), "--set", "training.learning_rate=1e9"}, 8,
        {"diverged at step", "checkpoint", "training.learning_rate"});
    row("no workspace", {"runs", "-w", "none"}, 3, {"none", "no workspace", "limbeck.db"});
    row("no run", {"runs", "show", "AD-7", "-w", "empty space"}, 3, {"empty space", "\"AD-7\"", "limbeck-cli runs"});
    row("no run to change", {"runs", "note", "x", "text", "-w", "empty space"}, 3, {"\"x\""});
    row("export of no run", {"export", "AD-7", "-w", "empty space"}, 3, {"\"AD-7\""});
    row("unknown format", {"export", "AD-7", "-f", "xml", "-w", "empty space"}, 2, {"xml", "pgfplots"});
  }
  void wrongCommandLineOrExperimentIsExplained() {
    QFETCH(QStringList, arguments);
    QFETCH(int, exit_code);
    QFETCH(QStringList, words);
    if (exit_code == 7 && QFile::exists("/dev/nvidia0")) QSKIP("this machine has such a device");
    { const Workspace workspace(scratch_.filePath("empty space").toStdString()); }
    const bool makes_run = exit_code == 7 || exit_code == 8;
    const CliResult result = runCli(arguments, scratch_.path());
    QVERIFY2(result.exit_code == exit_code, result.err);
    QVERIFY2(result.err.startsWith("limbeck-cli: ") || makes_run, result.err);
    for (const QString& word : words) QVERIFY2(result.err.contains(word.toUtf8()), result.err);
    QVERIFY2(!result.err.contains("please report"), result.err);
    QCOMPARE(QFile::exists(scratch_.filePath("workspace")), makes_run);  // nothing was begun
    QDir(scratch_.filePath("workspace")).removeRecursively();
  }

  void overrideThatIsNoUtf8IsRefused() {
    const CliResult result =
        runInShell(QString("limbeck-cli config '%1' --set experiment.name=$'\\xff'").arg(tinyExperiment()));
    QCOMPARE(result.exit_code, 2);
    QVERIFY2(result.err.contains("UTF-8"), result.err);
  }

  void runThatWasNotEvaluatedHasNoCurveButARecord() {
    const QString space = scratch_.filePath("generated");
    QCOMPARE(runCli({"generate", tinyExperiment(), "-q", "-w", space}).exit_code, 0);
    const CliResult result = runCli({"export", "AD-1", "-w", space});
    QCOMPARE(result.exit_code, 3);
    QVERIFY2(result.err.contains("AD-1: not evaluated yet") && result.err.contains("limbeck-cli run"), result.err);
    QVERIFY(runCli({"export", "AD-1", "-f", "record", "-w", space}).out.contains("\"name\": \"AD-1\""));
  }

  void secondWriterIsToldWhoWrites() {
    const QString space = scratch_.filePath("held");
    const Workspace held(space.toStdString());
    const CliResult result = runCli({"run", tinyExperiment(), "-w", space});
    QCOMPARE(result.exit_code, 6);
    const QByteArray process = "process " + QByteArray::number(QCoreApplication::applicationPid());
    QVERIFY2(result.err.contains(process) && result.err.contains("--workspace"), result.err);
    QCOMPARE(runCli({"runs", "-w", space}).exit_code, 0);  // reading goes on
  }

  void placeThatCannotBeWrittenIsNamed_data() {
    QTest::addColumn<QString>("workspace");
    QTest::newRow("no permission to make it") << "/proc/limbeck";  // refuses root too
    QTest::newRow("a file in its place") << scratch_.filePath("a file");
  }
  void placeThatCannotBeWrittenIsNamed() {
    QFETCH(QString, workspace);
    const CliResult result = runCli({"run", tinyExperiment(), "-w", workspace});
    QCOMPARE(result.exit_code, 4);
    QVERIFY2(result.err.contains(workspace.toUtf8()) && result.err.contains("cannot create"), result.err);
  }

  void workspaceThatIsHeldForAMomentIsWaitedFor() {
    const QString folder = scratch_.filePath("held");
    std::thread holder;
    {
      auto held = std::make_shared<Workspace>(folder.toStdString());
      // As a window holds it after an edit.
      holder = std::thread([held = std::move(held)]() mutable {
        std::this_thread::sleep_for(std::chrono::milliseconds(700));
        held.reset();
      });
    }
    const CliResult result = runCli({"generate", tinyExperiment(), "-w", folder, "-q"});
    holder.join();
    QVERIFY2(result.exit_code == 0, result.err);
  }

  void readerThatHasEnoughIsNoFailureToTalkAbout() {
    const CliResult result = runInShell("limbeck-cli config | head -n 1");
    QCOMPARE(result.out, QByteArray("[experiment]\n"));
    QVERIFY2(result.err.isEmpty(), result.err);
  }

  void outputThatCannotBeWrittenIsAFailure_data() {
    QTest::addColumn<QString>("command");
    QTest::newRow("short") << "limbeck-cli config " + tinyExperiment();  // fits a buffer: noticed by the last flush
    QTest::newRow("long") << "limbeck-cli config";
  }
  void outputThatCannotBeWrittenIsAFailure() {
    QFETCH(QString, command);
    const CliResult result = runInShell(command + " > /dev/full");
    QCOMPARE(result.exit_code, 4);
    QVERIFY2(result.err.contains("output could not be written"), result.err);
  }

 private:
  ScratchFolder scratch_;
};

QTEST_APPLESS_MAIN(CliBadInputTest)
#include "bad_input_test.moc"
