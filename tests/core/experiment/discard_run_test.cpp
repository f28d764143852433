// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/discard_run.h"

#include <QtTest>
#include <memory>

#include "core/base/file.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck;
using namespace limbeck::test;
namespace fs = std::filesystem;

class DiscardRunTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    scratch_ = std::make_unique<ScratchFolder>();
    workspace_ = std::make_unique<Workspace>(scratch_->path().toStdString());
  }
  void cleanup() {
    workspace_.reset();
    scratch_.reset();
  }

  void unfinishedOutputGoesAndFinishedOutputStays() {
    const RunId run = runWith({{"histories", "aa", RunState::Done}, {"training", "bb", RunState::Stopped}});
    discardRun(*workspace_, run);
    QVERIFY(store().run(run).trashed_ms.has_value());
    QVERIFY(fs::exists(workspace_->histories() / "aa/file"));
    QVERIFY(!fs::exists(workspace_->checkpoints() / "bb"));
    discardRun(*workspace_, run);  // nothing is left to do
  }

  void everyUnfinishedStateCounts_data() {
    QTest::addColumn<int>("state");
    for (const RunState state : {RunState::Waiting, RunState::Stopped, RunState::Failed, RunState::Interrupted}) {
      QTest::newRow(std::string(runStateName(state)).c_str()) << static_cast<int>(state);
    }
  }
  void everyUnfinishedStateCounts() {
    QFETCH(int, state);
    discardRun(*workspace_, runWith({{"evaluation", "cc", static_cast<RunState>(state)}}));
    QVERIFY(!fs::exists(workspace_->rollouts() / "cc"));
  }

  void outputThatAnotherRunWorksWithStays() {
    const RunId run = runWith({{"histories", "aa", RunState::Stopped}});
    runWith({{"histories", "aa", RunState::Interrupted}});
    discardRun(*workspace_, run);
    QVERIFY(fs::exists(workspace_->histories() / "aa/file"));
  }

  void outputOfATrashedRunStaysOnlyWhenItWasFinished() {
    const RunId run = runWith({{"histories", "aa", RunState::Stopped}, {"training", "bb", RunState::Stopped}});
    const RunId other = runWith({{"histories", "aa", RunState::Done}, {"training", "bb", RunState::Stopped}});
    store().trash(other);
    discardRun(*workspace_, run);
    QVERIFY(fs::exists(workspace_->histories() / "aa/file"));
    QVERIFY(!fs::exists(workspace_->checkpoints() / "bb"));
  }

  void nothingOutsideTheStagesFoldersIsTouched() {
    // A damaged or foreign database may hold anything for a hash.
    const RunId run = store().createRun({});
    writeFileAtomically(workspace_->folder() / "precious", "x");
    for (const char* hash : {"", "..", "../precious", "/"}) {
      store().putStage(run, {.kind = "histories", .hash = hash, .state = RunState::Stopped});
      discardRun(*workspace_, run);
    }
    store().putStage(run, {.kind = "unknown", .hash = "aa", .state = RunState::Stopped});
    discardRun(*workspace_, run);
    QVERIFY(fs::exists(workspace_->folder() / "precious"));
    QVERIFY(fs::exists(workspace_->histories()));
  }

 private:
  struct Stage {
    const char* kind;
    const char* hash;
    RunState state;
  };

  RunStore& store() const { return workspace_->store(); }

  /// A run with these stages, each with something in its folder.
  RunId runWith(const std::vector<Stage>& stages) const {
    const RunId run = store().createRun({});
    for (const Stage& stage : stages) {
      const std::string kind = stage.kind;
      const fs::path parent = kind == "histories"  ? workspace_->histories()
                              : kind == "training" ? workspace_->checkpoints()
                                                   : workspace_->rollouts();
      createDirectories(parent / stage.hash);
      writeFileAtomically(parent / stage.hash / "file", "x");
      store().putStage(run, {.kind = kind, .hash = stage.hash, .state = stage.state});
    }
    return run;
  }

  std::unique_ptr<ScratchFolder> scratch_;
  std::unique_ptr<Workspace> workspace_;
};

QTEST_APPLESS_MAIN(DiscardRunTest)
#include "discard_run_test.moc"
