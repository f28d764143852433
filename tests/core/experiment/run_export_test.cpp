// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_export.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/shard.h"
#include "core/model/checkpoint.h"
#include "tests/support/caught_error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/tiny_run.h"

using namespace limbeck;

namespace {

std::filesystem::path pathOf(const QTemporaryDir& folder) {
  return folder.path().toStdString();
}

struct StopAtOnce final : WorkControl {
  bool stopRequested() const override { return true; }
};

}  // namespace

class RunExportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void folderHoldsEverythingOfARun() {
    const test::ScratchFolder scratch;
    const Workspace workspace(pathOf(scratch) / "workspace");
    const RunRequest request = test::tinyRequest();
    test::runTiny(workspace, request);
    const RunRecord run = workspace.store().listRuns().front();
    const std::filesystem::path folder = pathOf(scratch) / "AD-1";
    exportRunFolder(workspace, run, folder, uninterrupted());

    QCOMPARE(readTextFile(folder / "experiment.toml"), request.text);
    const auto record = nlohmann::json::parse(readTextFile(folder / "record.json"));
    QCOMPARE(record["name"].get<std::string>(), run.name());
    const auto report = nlohmann::json::parse(readTextFile(folder / "report.json"));
    QCOMPARE(report["experiment"].get<std::string>(), std::string("tiny"));
    QVERIFY(readTextFile(folder / "curve.svg").starts_with("<?xml"));
    QVERIFY(readTextFile(folder / "metrics" / "loss.csv").starts_with("step,value\n1,"));
    QCOMPARE(Shard(folder / "rollouts" / "ad").histories(), 4);  // 2 held-out tasks, 2 repeats
    QVERIFY(!readCheckpoint(folder / "checkpoint" / "best.safetensors").tensors.empty());
  }

  void folderThatExistsIsLeftAsItIs() {
    const test::ScratchFolder scratch;
    const Workspace workspace(pathOf(scratch) / "workspace");
    test::runTiny(workspace, test::tinyRequest({}, StageLimit::Histories));
    const RunRecord run = workspace.store().listRuns().front();
    createDirectories(pathOf(scratch) / "taken");
    const auto error =
        test::caughtError([&] { exportRunFolder(workspace, run, pathOf(scratch) / "taken", uninterrupted()); });
    QVERIFY(error && error->code() == ErrorCode::InvalidArgument);
    QVERIFY(std::filesystem::is_empty(pathOf(scratch) / "taken"));
  }

  void runWithoutAnEvaluationIsExportedWithWhatItHas() {
    const test::ScratchFolder scratch;
    const Workspace workspace(pathOf(scratch) / "workspace");
    test::runTiny(workspace, test::tinyRequest({}, StageLimit::Histories));
    const std::filesystem::path folder = pathOf(scratch) / "out";
    exportRunFolder(workspace, workspace.store().listRuns().front(), folder, uninterrupted());
    QVERIFY(std::filesystem::exists(folder / "record.json"));
    QVERIFY(!std::filesystem::exists(folder / "report.json"));
    QVERIFY(!std::filesystem::exists(folder / "checkpoint"));
  }

  void stoppedExportLeavesNothing() {
    const test::ScratchFolder scratch;
    const Workspace workspace(pathOf(scratch) / "workspace");
    test::runTiny(workspace, test::tinyRequest({}, StageLimit::Histories));
    const std::filesystem::path place = pathOf(scratch) / "place";
    createDirectories(place);
    StopAtOnce stop;
    QVERIFY_THROWS_EXCEPTION(Cancelled,
                             exportRunFolder(workspace, workspace.store().listRuns().front(), place / "out", stop));
    QVERIFY(std::filesystem::is_empty(place));
  }
};

QTEST_APPLESS_MAIN(RunExportTest)
#include "run_export_test.moc"
