// SPDX-License-Identifier: GPL-3.0-or-later
// What `cmake --install` lays down works from there: the program finds its own LibTorch module and the experiments.
#include <QTest>

#include "tests/support/cli_process.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck::test;

class CliInstallTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const CliResult result =
        runProgram(CMAKE_PROGRAM, {"--install", LIMBECK_BUILD_DIR, "--prefix", prefix_.filePath("usr")});
    QVERIFY2(result.exit_code == 0, result.err);
  }

  void installedProgramRunsTheInstalledExperiments() {
    const QString program = prefix_.filePath("usr/bin/limbeck-cli");
    const QDir experiments(prefix_.filePath("usr/share/limbeck/experiments"));
    QVERIFY(experiments.entryList({"*.toml"}).contains("darkroom_quick.toml"));
    for (const QString& name : experiments.entryList({"*.toml"})) {
      QCOMPARE(runProgram(program, {"config", experiments.filePath(name)}).exit_code, 0);
    }
  }

  void installedProgramFindsItsTorchModule() {
#ifndef LIMBECK_HAS_TORCH
    QSKIP("built without LibTorch");
#endif
    const QString program = prefix_.filePath("usr/bin/limbeck-cli");
    const CliResult result = runProgram("env", {"LD_DEBUG=files", program, "train", tinyExperiment(), "--set",
                                                "compute.backend=torch", "-w", prefix_.filePath("space"), "-q"});
    QVERIFY2(result.exit_code == 0, result.err.right(500));
    const QByteArray module = "calling init: " + QDir(prefix_.path()).canonicalPath().toUtf8() + "/usr/lib";
    QVERIFY(result.err.contains(module));
    QVERIFY(!result.err.contains("calling init: " LIMBECK_BUILD_DIR));
  }

 private:
  ScratchFolder prefix_;
};

QTEST_APPLESS_MAIN(CliInstallTest)
#include "install_test.moc"
