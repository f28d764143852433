// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/stored_run.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/support/caught_error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/tiny_run.h"

using namespace limbeck;
using namespace limbeck::test;

class StoredRunTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// Two evaluated seeds of one experiment, and a third that only has histories.
  void initTestCase() {
    workspace_ = std::make_unique<Workspace>(scratch_.path().toStdString());
    for (const std::uint64_t seed : {5, 6}) {
      RunRequest request = tinyRequest({"training.steps=20"});
      request.config.seed = Seed{seed};
      outcomes_.push_back(runTiny(*workspace_, request));
      config_ = request.config;
    }
    RunRequest unfinished = tinyRequest({"training.steps=20"}, StageLimit::Histories);
    unfinished.config.seed = Seed{7};
    runTiny(*workspace_, unfinished);
  }

  void configComesBackWithOverridesAndSeed() {
    const ExperimentConfig config = loadRunConfig(store(), run(2));
    QVERIFY(config.seed.value == 6);
    QCOMPARE(config.training.steps, std::int64_t{20});
    QVERIFY(toJson(config) == toJson(config_));
  }

  void reportFromTheStoreIsTheReportOfTheRun() {
    const nlohmann::json stored = toJson(loadReport(store(), run(1), ReportScope::Run));
    const nlohmann::json live = toJson(makeReport(config_, {outcomes_[0]}));
    for (const char* part : {"curves", "scores", "gap_to_cleared_context", "optimum", "random", "held_out_tasks"}) {
      QVERIFY2(stored[part] == live[part], part);
    }
  }

  void groupHasItsEvaluatedSeedsOnly() {
    const ExperimentReport group = loadReport(store(), run(1), ReportScope::Group);
    QCOMPARE(group.seeds.size(), std::size_t{2});
    const nlohmann::json live = toJson(makeReport(config_, outcomes_));
    for (const int number : {1, 2}) {
      QVERIFY(toJson(loadReport(store(), run(number), ReportScope::Group))["curves"] == live["curves"]);
    }
  }

  void runWithoutAnEvaluationHasNoReport() {
    const std::optional<Error> error = caughtError([&] { loadReport(store(), run(3), ReportScope::Run); });
    QVERIFY(error && error->code() == ErrorCode::NotFound);
    QVERIFY(std::string(error->what()).starts_with("AD-3: not evaluated yet"));
  }

  void recordHoldsWhatMadeTheRun() {
    const nlohmann::json record = runRecordJson(store(), run(1));
    QCOMPARE(record["name"].get<std::string>(), "AD-1");
    QCOMPARE(record["seed"].get<int>(), 5);
    QVERIFY(record["overrides"] == nlohmann::json::array({"training.steps=20"}));
    QCOMPARE(record["config"]["training"]["steps"].get<int>(), 20);
    QCOMPARE(record["experiment_file"].get<std::string>(), tinyRequest().text);
    QCOMPARE(record["stages"].size(), std::size_t{3});
    QCOMPARE(record["stages"][2]["stage"].get<std::string>(), "evaluation");
    QVERIFY(!record["scores"].empty() && record["made_by"].contains("version"));
  }

  void runningStageOfADeadRunIsInterrupted() {
    const StageRecord running{.kind = "training", .hash = "", .state = RunState::Running, .output_path = ""};
    RunRecord record;
    record.state = RunState::Interrupted;
    QVERIFY(seenState(record, running) == RunState::Interrupted);
    record.state = RunState::Running;
    QVERIFY(seenState(record, running) == RunState::Running);
    const StageRecord done{.kind = "histories", .hash = "", .state = RunState::Done, .output_path = ""};
    QVERIFY(seenState(record, done) == RunState::Done);
  }

 private:
  RunStore& store() const { return workspace_->store(); }
  RunRecord run(int number) const { return store().run(RunId{number}); }

  ScratchFolder scratch_;
  std::unique_ptr<Workspace> workspace_;
  std::vector<SeedOutcome> outcomes_;
  ExperimentConfig config_;
};

QTEST_APPLESS_MAIN(StoredRunTest)
#include "stored_run_test.moc"
