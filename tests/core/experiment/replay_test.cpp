// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/replay.h"

#include <QTest>
#include <algorithm>
#include <fstream>
#include <memory>

#include "core/experiment/seed_outcome.h"
#include "core/experiment/stage_hash.h"
#include "core/experiment/stored_run.h"
#include "core/model/checkpoint.h"
#include "tests/support/caught_error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/tiny_run.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

/// Stops as soon as training has reported some steps.
class StopInTraining final : public WorkControl {
 public:
  bool stopRequested() const override { return is_stopped_; }
  void report(const Progress& progress) override { is_stopped_ |= progress.what == "steps" && progress.done >= 30; }

 private:
  bool is_stopped_ = false;
};

std::vector<std::string> policiesOf(const Replay& replay) {
  std::vector<std::string> names;
  for (const ReplayPolicy& policy : replay.policies) names.push_back(policy.policy);
  return names;
}

const StageRecord& stageOf(const std::vector<StageRecord>& stages, std::string_view kind) {
  return *std::ranges::find(stages, kind, &StageRecord::kind);
}

}  // namespace

class ReplayTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    finished_ = std::make_unique<ScratchFolder>();
    // The thread count of the machine, which the command line fills in and no experiment file says.
    RunRequest request = tinyRequest();
    request.config.threads = 1;
    runTiny(Workspace(finished_->path().toStdString()), request);
  }

  void init() {
    scratch_ = std::make_unique<ScratchFolder>();
    std::filesystem::copy(finished_->path().toStdString(), scratch_->path().toStdString(),
                          std::filesystem::copy_options::recursive);
    workspace_ = std::make_unique<Workspace>(scratch_->path().toStdString());
    const std::vector<RunRecord> runs = workspace_->store().listRuns();
    QCOMPARE(runs.size(), std::size_t{1});
    run_ = runs.front();
  }
  void cleanup() {
    workspace_.reset();
    scratch_.reset();
  }

  void finishedRunOpensWhole() {
    const Replay replay = openReplay(*workspace_, run_);
    QCOMPARE(policiesOf(replay), (std::vector<std::string>{"ad", "ad_cleared", "source"}));
    QCOMPARE(replay.tasks().size(), std::size_t{2});
    QVERIFY(std::ranges::is_sorted(replay.tasks()));
    QCOMPARE(replay.environment->spec().horizon, 5);
    for (const ReplayPolicy& policy : replay.policies) QCOMPARE(replay.repeats(policy.policy), 2);
    QCOMPARE(readCheckpoint(replay.checkpoint).config.spec, replay.environment->spec());
    QCOMPARE(replay.checkpoint.filename().string(), std::string("best.safetensors"));
  }

  void streamsAreWhatTheScoresCameFrom() {
    const Replay replay = openReplay(*workspace_, run_);
    for (const ReplayPolicy& policy : replay.policies) {
      const CurveRecord curve = workspace_->store().curves(run_.id, policy.policy, "held_out").front();
      for (int i = 0; i < curve.streams; ++i) {
        const auto stream = replay.stream(policy.policy, static_cast<TaskId>(curve.task_ids[i]), curve.repeats[i]);
        QVERIFY(stream != nullptr);
        QCOMPARE(stream->label().task, static_cast<std::int32_t>(curve.task_ids[i]));
        QCOMPARE(stream->episodes(), curve.episodes);
        for (int episode = 0; episode < curve.episodes; ++episode)
          QCOMPARE(stream->returnOf(episode), curve.returns[i * curve.episodes + episode]);
      }
    }
  }

  void whatIsNotThereIsNull() {
    const Replay replay = openReplay(*workspace_, run_);
    const TaskId task = replay.tasks().front();
    QVERIFY(replay.stream("ad", task, 1) != nullptr);
    QVERIFY(replay.stream("ad", task, 2) == nullptr);
    QVERIFY(replay.stream("ad", task, -1) == nullptr);
    QVERIFY(replay.stream("ad", replay.split.training.front(), 0) == nullptr);
    QVERIFY(replay.stream("expert", task, 0) == nullptr);
    QCOMPARE(replay.repeats("expert"), 0);
  }

  void streamOutlivesTheReplay() {
    std::shared_ptr<const RecordedStream> stream;
    {
      const Replay replay = openReplay(*workspace_, run_);
      stream = replay.stream("source", replay.tasks().front(), 0);
    }
    QCOMPARE(stream->episodes(), 24);
    QCOMPARE(stream->columns().rows(), std::int64_t{24 * 5});
  }

  void foldersAreFoundThroughTheStagesNotByTheConfig() {
    const std::vector<StageRecord> stages = workspace_->store().stages(run_.id);
    const ExperimentConfig read_again = loadRunConfig(workspace_->store(), run_);
    QVERIFY(stageOf(stages, "evaluation").hash != evaluationHash(read_again));  // the thread count is not in the file
    QCOMPARE(openReplay(*workspace_, run_).policies.size(), std::size_t{3});
  }

  void evaluationThatWasCutShortShowsWhatItPlayed() {
    StageRecord stage = stageOf(workspace_->store().stages(run_.id), "evaluation");
    std::filesystem::remove_all(workspace_->folder() / stage.output_path / "source");
    stage.output_path.clear();  // it is written at the stage's end
    stage.state = RunState::Interrupted;
    workspace_->store().putStage(run_.id, stage);
    QCOMPARE(policiesOf(openReplay(*workspace_, run_)), (std::vector<std::string>{"ad", "ad_cleared"}));
  }

  void damagedPolicyIsLeftOutWhileOthersAreThere() {
    const std::filesystem::path folder =
        workspace_->folder() / stageOf(workspace_->store().stages(run_.id), "evaluation").output_path;
    std::filesystem::resize_file(folder / "ad" / "actions.npy", 100);
    QCOMPARE(policiesOf(openReplay(*workspace_, run_)), (std::vector<std::string>{"ad_cleared", "source"}));
    for (const char* policy : {"ad_cleared", "source"}) std::filesystem::remove(folder / policy / "rewards.npy");
    const auto error = caughtError([&] { openReplay(*workspace_, run_); });
    QVERIFY(error && error->code() == ErrorCode::Corrupt);
    QVERIFY(QString(error->what()).contains("AD-1"));
  }

  void rolloutsThatAreGoneAreSaidToBe() {
    std::filesystem::remove_all(workspace_->rollouts());
    const auto error = caughtError([&] { openReplay(*workspace_, run_); });
    QVERIFY(error && error->code() == ErrorCode::NotFound);
    QVERIFY(QString(error->what()).contains("gone"));
  }

  void checkpointThatIsGoneIsAnEmptyPath() {
    std::filesystem::remove_all(workspace_->checkpoints());
    QVERIFY(openReplay(*workspace_, run_).checkpoint.empty());
  }

  void withoutValidationTheLastCheckpointCounts() {
    const RunRequest request = tinyRequest({"training.validate_every=0"});
    runTiny(*workspace_, request);
    const Replay replay = openReplay(*workspace_, workspace_->store().run(openRun(*workspace_, request)));
    QCOMPARE(readCheckpoint(replay.checkpoint).step, std::int64_t{60});
  }

  void runThatKeptNoRolloutsSaysWhichKeyToChange() {
    const RunRequest request = tinyRequest({"evaluation.keep_rollouts=false"});
    runTiny(*workspace_, request);
    const RunRecord run = workspace_->store().run(openRun(*workspace_, request));
    // The same rollouts by another run of the same evaluation may stand there: then there is something to see.
    std::filesystem::remove_all(workspace_->rollouts());
    const auto error = caughtError([&] { openReplay(*workspace_, run); });
    QVERIFY(error && error->code() == ErrorCode::NotFound);
    QVERIFY(QString(error->what()).contains("evaluation.keep_rollouts"));
  }

  void stoppedRunSaysToResume() {
    const RunRequest request = tinyRequest({"training.steps=61"});
    StopInTraining control;
    QVERIFY_EXCEPTION_THROWN(runTiny(*workspace_, request, control), Cancelled);
    const RunRecord run = workspace_->store().run(openRun(*workspace_, request));
    const auto error = caughtError([&] { openReplay(*workspace_, run); });
    QVERIFY(error && error->code() == ErrorCode::NotFound);
    QVERIFY(QString(error->what()).contains("resume"));
    QVERIFY(checkpointOf(*workspace_, run, request.config).filename() == "best.safetensors");  // of step 20
  }

  void readOnlyWorkspaceIsEnough() {
    const Workspace reader(scratch_->path().toStdString(), OpenMode::ReadOnly);
    QCOMPARE(openReplay(reader, run_).policies.size(), std::size_t{3});
  }

 private:
  std::unique_ptr<ScratchFolder> finished_;
  std::unique_ptr<ScratchFolder> scratch_;
  std::unique_ptr<Workspace> workspace_;
  RunRecord run_;
};

QTEST_APPLESS_MAIN(ReplayTest)
#include "replay_test.moc"
