// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_experiment.h"

#include <QTest>
#include <algorithm>
#include <memory>
#include <set>

#include "core/base/error.h"
#include "core/data/history_dataset.h"
#include "core/env/task_split.h"
#include "core/experiment/histories_stage.h"
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

/// Stops in the middle of the play on the validation tasks after step 40: 20 of its 30 looks after that step.
class StopInValidation final : public WorkControl {
 public:
  bool stopRequested() const override { return is_validating_ && ++looks_ > 20; }
  void report(const Progress& progress) override {
    is_validating_ = progress.what == "steps" && progress.done == 40;
    others_ += progress.what == "episodes" ? 1 : 0;
  }
  int looks() const { return looks_; }
  /// How often a play told its progress, which would stand in for the training's.
  int others() const { return others_; }

 private:
  bool is_validating_ = false;
  int others_ = 0;
  mutable int looks_ = 0;
};

std::set<std::int64_t> numbers(const std::vector<TaskId>& tasks) {
  std::set<std::int64_t> set;
  for (const TaskId task : tasks) set.insert(static_cast<std::int64_t>(task));
  return set;
}

std::set<std::int64_t> tasksOf(const CurveRecord& curve) {
  return {curve.task_ids.begin(), curve.task_ids.end()};
}

}  // namespace

class RunExperimentTest : public QObject {
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

  void runLeavesStagesCurvesScoresAndMetrics() {
    const RunRequest request = tinyRequest();
    const SeedOutcome outcome = runTiny(*workspace_, request);
    QCOMPARE(outcome.run_name, "AD-1");
    QCOMPARE(outcome.training_tokens, 60 * 8 * 30);
    const RunId run = openRun(*workspace_, request);
    QVERIFY(store().run(run).state == RunState::Done);
    const std::vector<StageRecord> stages = store().stages(run);
    QCOMPARE(stages.size(), std::size_t{3});
    const char* const kinds[] = {"histories", "training", "evaluation"};
    for (int i = 0; i < 3; ++i) {
      QCOMPARE(stages[i].kind, kinds[i]);
      QVERIFY(stages[i].state == RunState::Done && !stages[i].is_skipped);
      QVERIFY(std::filesystem::exists(workspace_->folder() / stages[i].output_path));
    }
    QCOMPARE(store().curves(run, {}, "held_out").size(), std::size_t{3});
    QCOMPARE(store().curves(run, "ad", "validation").size(), std::size_t{3});  // at steps 20, 40, 60
    const MetricSeries loss = store().metrics(run, "loss");
    QCOMPARE(loss.steps.size(), std::size_t{60});
    QVERIFY(loss.values.back() < loss.values.front());
    QCOMPARE(store().metrics(run, "source_return").steps.size(), std::size_t{24});
    QCOMPARE(store().metrics(run, "validation_score").steps, (std::vector<std::int64_t>{20, 40, 60}));
    std::set<std::string> policies;
    for (const ScoreRecord& score : store().scores(run)) policies.insert(score.policy);
    QCOMPARE(policies, (std::set<std::string>{"ad", "ad_cleared", "optimum", "random", "source"}));
  }

  void heldOutTasksAreUntouchedBeforeTheEvaluation() {
    const RunRequest training = tinyRequest({}, StageLimit::Training);
    const TaskSplit split = splitTasks(*makeEnvironment(training.config.environment), training.config.tasks);
    runTiny(*workspace_, training);
    const RunId run = openRun(*workspace_, training);
    std::set<std::int64_t> learnt;
    const HistoryDataset histories(historiesDirectory(*workspace_, training.config));
    for (int history = 0; history < histories.histories(); ++history) learnt.insert(histories.label(history).task);
    QCOMPARE(learnt, numbers(split.training));
    for (const CurveRecord& curve : store().curves(run)) {
      QCOMPARE(curve.split, "validation");
      QCOMPARE(tasksOf(curve), numbers(split.validation));
    }
    QVERIFY(std::filesystem::is_empty(workspace_->rollouts()));

    runTiny(*workspace_, tinyRequest());
    for (const CurveRecord& curve : store().curves(run, {}, "held_out")) {
      QCOMPARE(tasksOf(curve), numbers(split.held_out));
    }
    std::set<std::int64_t> all = learnt;
    all.merge(numbers(split.validation));
    all.merge(numbers(split.held_out));
    QCOMPARE(all.size(), std::size_t{5 + 1 + 2});  // disjoint
  }

  void secondTimeEveryStageIsSkippedAndItsRowStays() {
    const RunRequest request = tinyRequest();
    const SeedOutcome first = runTiny(*workspace_, request);
    const RunId run = openRun(*workspace_, request);
    const std::vector<StageRecord> before = store().stages(run);
    const SeedOutcome second = runTiny(*workspace_, request);
    QCOMPARE(second.run_name, first.run_name);
    for (const StageTiming& timing : second.timings) QVERIFY(timing.skipped);
    const std::vector<StageRecord> after = store().stages(run);
    for (int i = 0; i < 3; ++i) {
      QCOMPARE(after[i].seconds, before[i].seconds);
      QCOMPARE(after[i].is_skipped, false);
    }
    QCOMPARE(second.policies[0].scored.result.returns, first.policies[0].scored.result.returns);
  }

  void groupIsSharedBySeedsAndByNothingElse() {
    const auto groupOf = [&](RunRequest request, std::uint64_t seed) {
      request.config.seed = Seed{seed};
      return store().run(openRun(*workspace_, request)).group_key;
    };
    const std::string group = groupOf(tinyRequest(), 1);
    QCOMPARE(groupOf(tinyRequest(), 2), group);
    QCOMPARE(store().listRuns().size(), std::size_t{2});  // a run and seed is opened again, not made twice
    for (const char* change : {"compute.threads=3", "training.steps=61", "source.episodes=25", "evaluation.episodes=11",
                               "experiment.name=other", "evaluation.last_episodes=2"}) {
      QVERIFY2(groupOf(tinyRequest({change}), 1) != group, change);
    }
  }

  void runsOfOtherNamesShareWhatTheirSettingsShare() {
    runTiny(*workspace_, tinyRequest());
    const SeedOutcome other = runTiny(*workspace_, tinyRequest({"experiment.name=other", "training.steps=20"}));
    QCOMPARE(other.run_name, "AD-2");
    QVERIFY(other.timings[0].skipped && !other.timings[1].skipped && !other.timings[2].skipped);
  }

  void stoppedRunKeepsACheckpointAndGoesOnToTheSameEnd() {
    const RunRequest request = tinyRequest();
    StopInTraining control;
    QVERIFY_EXCEPTION_THROWN(runTiny(*workspace_, request, control), Cancelled);
    const RunId run = openRun(*workspace_, request);
    QVERIFY(store().run(run).state == RunState::Stopped);
    QVERIFY(store().stages(run)[1].state == RunState::Stopped);
    const SeedOutcome resumed = runTiny(*workspace_, request);
    QVERIFY(resumed.training_tokens < 60 * 8 * 30);
    QCOMPARE(store().metrics(run, "loss").steps.size(), std::size_t{60});

    const ScratchFolder other;
    const Workspace undisturbed(other.path().toStdString());
    const SeedOutcome whole = runTiny(undisturbed, request);
    QCOMPARE(resumed.policies[0].scored.result.returns, whole.policies[0].scored.result.returns);
    QCOMPARE(store().metrics(run, "loss").values, undisturbed.store().metrics(RunId{1}, "loss").values);
  }

  void stopDuringAValidationPlayIsHeardAndChangesNothing() {
    const RunRequest request = tinyRequest();
    StopInValidation control;
    QVERIFY_EXCEPTION_THROWN(runTiny(*workspace_, request, control), Cancelled);
    QCOMPARE(control.others(), 0);
    const RunId run = openRun(*workspace_, request);
    QCOMPARE(store().metrics(run, "validation_score").steps, std::vector<std::int64_t>{20});
    QVERIFY(store().stages(run)[1].state == RunState::Stopped);
    const SeedOutcome resumed = runTiny(*workspace_, request);
    QCOMPARE(resumed.training_tokens, 20 * 8 * 30);  // steps 41 to 60

    const ScratchFolder other;
    const Workspace undisturbed(other.path().toStdString());
    const SeedOutcome whole = runTiny(undisturbed, request);
    QCOMPARE(resumed.best_step, whole.best_step);
    QCOMPARE(resumed.policies[0].scored.result.returns, whole.policies[0].scored.result.returns);
    for (const char* metric : {"loss", "validation_score"}) {
      QCOMPARE(store().metrics(run, metric).steps, undisturbed.store().metrics(RunId{1}, metric).steps);
      QCOMPARE(store().metrics(run, metric).values, undisturbed.store().metrics(RunId{1}, metric).values);
    }
    const CurveRecord curve = store().curves(run, "ad", "validation")[1];
    QCOMPARE(curve.step, std::int64_t{40});
    QCOMPARE(curve.returns, undisturbed.store().curves(RunId{1}, "ad", "validation")[1].returns);
  }

  void failureIsRecordedWithItsCause() {
    const RunRequest request = tinyRequest({"training.learning_rate=1e9"});
    const std::optional<Error> error = caughtError([&] { runTiny(*workspace_, request); });
    QVERIFY(error && error->code() == ErrorCode::Diverged);
    const RunRecord run = store().run(RunId{1});
    QVERIFY(run.state == RunState::Failed);
    QCOMPARE(run.failure_code, "Diverged");
    QCOMPARE(run.failure_message, error->what());
    QVERIFY(store().stages(run.id)[0].state == RunState::Done);  // the histories are kept
    QVERIFY(store().stages(run.id)[1].state == RunState::Failed);
  }

 private:
  RunStore& store() const { return workspace_->store(); }

  std::unique_ptr<ScratchFolder> scratch_;
  std::unique_ptr<Workspace> workspace_;
};

QTEST_APPLESS_MAIN(RunExperimentTest)
#include "run_experiment_test.moc"
