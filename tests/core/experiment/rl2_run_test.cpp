// SPDX-License-Identifier: GPL-3.0-or-later
// A run whose training method is RL²: the same chain without histories.
#include <QTest>
#include <memory>

#include "core/base/error.h"
#include "core/experiment/run_estimate.h"
#include "core/experiment/training_stage.h"
#include "core/model/checkpoint.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/tiny_run.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

RunRequest rl2Request(std::vector<std::string> more = {}, StageLimit through = StageLimit::Evaluation) {
  std::vector<std::string> overrides{
      "training.method=rl2",      "rl2.updates=12",   "rl2.trials_at_once=16",
      "rl2.episodes_per_trial=3", "rl2.unroll=5",     "rl2.lstm_width=16",
      "rl2.validate_every=6",     "rl2.discount=0.9", "training.checkpoint_every_seconds=1e-9"};
  overrides.insert(overrides.end(), more.begin(), more.end());
  return tinyRequest(overrides, through);
}

/// Stops as soon as training has reported some steps.
class StopInTraining final : public WorkControl {
 public:
  bool stopRequested() const override { return is_stopped_; }
  void report(const Progress& progress) override { is_stopped_ |= progress.what == "steps" && progress.done >= 5; }

 private:
  bool is_stopped_ = false;
};

}  // namespace

class Rl2RunTest : public QObject {
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

  void runNeedsNoHistoriesAndIsEvaluatedLikeEveryOther() {
    const RunRequest request = rl2Request();
    const SeedOutcome outcome = runTiny(*workspace_, request);
    QCOMPARE(outcome.run_name, "RL2-1");
    QCOMPARE(outcome.training_tokens, std::int64_t{12 * 16 * 5});
    const RunId run = openRun(*workspace_, request);
    const std::vector<StageRecord> stages = store().stages(run);
    QCOMPARE(stages.size(), std::size_t{2});
    QCOMPARE(stages[0].kind, "training");
    QCOMPARE(stages[1].kind, "evaluation");
    QVERIFY(std::filesystem::is_empty(workspace_->histories()));
    QCOMPARE(store().curves(run, {}, "held_out").size(), std::size_t{3});
    QCOMPARE(store().metrics(run, "validation_score").steps, (std::vector<std::int64_t>{6, 12}));
    for (const char* metric : {"loss", "policy_loss", "value_loss", "entropy", "training_return"}) {
      QVERIFY2(!store().metrics(run, metric).steps.empty(), metric);
    }
    QVERIFY(store().metrics(run, "accuracy").steps.empty());
    // Ten episodes are asked for: more than a trial had.
    QCOMPARE(outcome.policies.front().scored.result.episodes, 10);
    const SeedOutcome again = runTiny(*workspace_, request);
    for (const StageTiming& timing : again.timings) QVERIFY(timing.skipped);
    QCOMPARE(again.policies.front().scored.result.returns, outcome.policies.front().scored.result.returns);
  }

  void stoppedRunGoesOnBitForBit() {
    const RunRequest request = rl2Request({}, StageLimit::Training);
    StopInTraining control;
    QVERIFY_EXCEPTION_THROWN(runTiny(*workspace_, request, control), Cancelled);
    runTiny(*workspace_, request);
    const Checkpoint resumed = *CheckpointFolder(checkpointDirectory(*workspace_, request.config)).latest();
    const ScratchFolder elsewhere;
    const Workspace other(elsewhere.path().toStdString());
    runTiny(other, request);
    const Checkpoint whole = *CheckpointFolder(checkpointDirectory(other, request.config)).latest();
    QCOMPARE(resumed.step, std::int64_t{12});
    for (const auto& [name, tensor] : whole.tensors) QVERIFY(tensor.values == resumed.tensors.at(name).values);
  }

  void settingsOfDistillationDoNotStandInTheWay() {
    // For distillation this context would be longer than any history.
    const RunRequest request = rl2Request({"context.context_length=5000", "model.heads=3"});
    validate(request.config);
  }

  void estimateCountsUpdatesAndNoHistories() {
    SoloTeam team;
    const RunEstimate estimate = estimateRun(rl2Request().config, team, uninterrupted());
    QCOMPARE(estimate.transitions, std::int64_t{0});
    QCOMPARE(estimate.histories_seconds, 0.0);
    QCOMPARE(estimate.training_tokens, std::int64_t{12 * 16 * 5});
    QVERIFY(estimate.training_seconds > 0.0 && estimate.evaluation_seconds > 0.0);
  }

  void lstmIsDistilledLikeATransformer() {
    const SeedOutcome outcome =
        runTiny(*workspace_, tinyRequest({"model.backbone=lstm", "model.heads=4", "model.feed_forward=256"}));
    QCOMPARE(outcome.run_name, "AD-1");
    QVERIFY(outcome.backend.starts_with("LibTorch"));
    QCOMPARE(outcome.policies.size(), std::size_t{3});
  }

 private:
  RunStore& store() { return workspace_->store(); }

  std::unique_ptr<ScratchFolder> scratch_;
  std::unique_ptr<Workspace> workspace_;
};

QTEST_APPLESS_MAIN(Rl2RunTest)
#include "rl2_run_test.moc"
