// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/stage_hash.h"

#include <QtTest>
#include <algorithm>
#include <set>

#include "core/experiment/experiment_file.h"
#include "core/experiment/schema.h"

using namespace limbeck;

namespace {

/// A value of the key's type that is not its default. Whether it is within the limits does not matter to a hash.
KeyValue anotherValue(const KeySchema& schema) {
  const KeyValue& value = schema.default_value;
  if (schema.type == KeyType::Choice) {
    return *std::ranges::find_if(schema.choices, [&](const std::string& choice) { return KeyValue(choice) != value; });
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer + 1;
  if (const auto* real = std::get_if<double>(&value)) return *real + 0.5;
  if (const auto* flag = std::get_if<bool>(&value)) return !*flag;
  if (const auto* text = std::get_if<std::string>(&value)) return *text + "x";
  std::vector<std::int64_t> list = std::get<std::vector<std::int64_t>>(value);
  list.push_back(1);
  return list;
}

}  // namespace

class StageHashTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void stagesOfOneExperimentHaveDifferentAddresses() {
    const ExperimentConfig config;
    const std::set<std::string> hashes{historiesHash(config), trainingHash(config), evaluationHash(config)};
    QCOMPARE(hashes.size(), std::size_t{3});
    for (const std::string& hash : hashes) QCOMPARE(hash.size(), std::size_t{32});
  }

  void changeReachesExactlyTheStagesThatItMattersTo_data() {
    QTest::addColumn<QString>("assignment");
    QTest::addColumn<bool>("histories");
    QTest::addColumn<bool>("training");
    QTest::addColumn<bool>("evaluation");
    const auto row = [](const char* assignment, bool histories, bool training, bool evaluation) {
      QTest::newRow(assignment) << QString(assignment) << histories << training << evaluation;
    };
    row("environment.size=7", true, true, true);
    row("environment.map=S.G", true, true, true);
    row("environment.map=", false, false, false);
    row("environment.slip_probability=0.0", false, false, false);
    row("environment.goal=by_task", false, false, false);
    row("tasks.held_out_from=even", false, false, true);
    row("experiment.seed=2", true, true, true);
    row("tasks.held_out=17", true, true, true);
    row("source.learning_rate=0.25", true, true, true);
    row("histories.histories_per_task=65", true, true, true);
    row("training.steps=1201", false, true, true);
    row("context.context_length=280", false, true, true);
    row("context.keep_every=3", false, true, true);
    row("histories.oracle_labels=true", true, true, true);
    row("context.last_episodes=20", false, true, true);
    row("context.episode_order=shuffled", false, true, true);
    row("context.labels=oracle", false, true, true);
    row("context.last_episodes=0", false, false, false);
    row("evaluation.prompts=5,50", false, false, true);
    row("model.width=32", false, true, true);
    row("optimizer.beta2=0.999", false, true, true);
    row("compute.backend=torch", false, true, true);
    row("validation.repeats=3", false, true, true);
    row("evaluation.episodes=31", false, false, true);
    row("evaluation.action_choice=argmax", false, false, true);
    row("experiment.name=another", false, false, false);
    row("experiment.description=another", false, false, false);
    row("compute.threads=1", false, true, true);
    row("training.checkpoint_every_seconds=5", false, false, false);
  }
  void changeReachesExactlyTheStagesThatItMattersTo() {
    QFETCH(QString, assignment);
    QFETCH(bool, histories);
    QFETCH(bool, training);
    QFETCH(bool, evaluation);
    const ExperimentConfig before;
    ExperimentConfig after;
    applyOverride(after, assignment.toStdString());
    QCOMPARE(historiesHash(after) != historiesHash(before), histories);
    QCOMPARE(trainingHash(after) != trainingHash(before), training);
    QCOMPARE(evaluationHash(after) != evaluationHash(before), evaluation);
  }

  // As version 0.1 gave them: what lies in a workspace since then is found again, whatever keys have come since.
  void addressesOfOldExperimentsStay() {
    const ExperimentConfig unset;
    QCOMPARE(historiesHash(unset), std::string("2f965d7f9b59299f7821c1944d50ef1b"));
    QCOMPARE(trainingHash(unset), std::string("20bab2604c625dfbc0052ee3c7801fe1"));
    QCOMPARE(evaluationHash(unset), std::string("fe8cb9c2f1487cabad5c55da992417b3"));
    const ExperimentConfig quick = loadExperiment(LIMBECK_SOURCE_DIR "/experiments/darkroom_quick.toml").config;
    QCOMPARE(historiesHash(quick), std::string("86d64cdafe3ac409cb62b0646b554ba5"));
    QCOMPARE(trainingHash(quick), std::string("e99c0c2668c12400975923e18ce883bc"));
    QCOMPARE(evaluationHash(quick), std::string("1c90b0a071e6d2d8592d721d87e7a935"));
  }

  // All of them, also those that are still to come.
  void keyThatCameLaterCountsWhereItIsSet() {
    for (const KeySchema& schema : experimentSchema()) {
      if (!schema.came_later) continue;
      ExperimentConfig unset;  // of the method that reads the key
      if (schema.section() == "rl2") unset.method = TrainingMethod::Rl2;
      QVERIFY2(!countsInHash(schema, schema.default_value), schema.key.c_str());
      ExperimentConfig set = unset;
      schema.write(set, anotherValue(schema));
      QVERIFY2(countsInHash(schema, schema.read(set)), schema.key.c_str());
      const bool counts = schema.affects != AffectedStage::None;
      QVERIFY2((evaluationHash(set) != evaluationHash(unset)) == counts, schema.key.c_str());
      QVERIFY2((historiesHash(set) != historiesHash(unset)) == (schema.affects == AffectedStage::Histories),
               schema.key.c_str());
    }
  }

  void keyThatTheMethodDoesNotReadChangesNothing_data() {
    QTest::addColumn<QString>("assignment");
    QTest::addColumn<bool>("distillation");
    QTest::addColumn<bool>("rl2");
    const auto row = [](const char* assignment, bool distillation, bool rl2) {
      QTest::newRow(assignment) << QString(assignment) << distillation << rl2;
    };
    row("rl2.lstm_width=128", false, true);
    row("rl2.updates=7", false, true);
    row("model.width=32", true, false);
    row("training.steps=1201", true, false);
    row("context.keep_every=3", true, true);  // the prompts of an evaluation are cut by it
    row("optimizer.beta2=0.999", true, true);
    row("environment.size=7", true, true);
  }
  void keyThatTheMethodDoesNotReadChangesNothing() {
    QFETCH(QString, assignment);
    for (const char* method : {"distillation", "rl2"}) {
      QFETCH(bool, distillation);
      QFETCH(bool, rl2);
      ExperimentConfig before;
      applyOverride(before, std::string("training.method=") + method);
      ExperimentConfig after = before;
      applyOverride(after, assignment.toStdString());
      const bool expected = before.method == TrainingMethod::Rl2 ? rl2 : distillation;
      QCOMPARE(trainingHash(after) != trainingHash(before), expected);
      QCOMPARE(evaluationHash(after) != evaluationHash(before), expected);
    }
  }

  void laterKeysAtTheirDefaultLeaveOldAddressesAlone() {
    const ExperimentConfig before;
    ExperimentConfig after;
    applyOverride(after, "training.method=distillation");
    applyOverride(after, "model.backbone=transformer");
    QCOMPARE(trainingHash(after), trainingHash(before));
    applyOverride(after, "model.backbone=lstm");
    QVERIFY(trainingHash(after) != trainingHash(before));
    applyOverride(after, "model.backbone=transformer");
    applyOverride(after, "training.method=rl2");
    QVERIFY(trainingHash(after) != trainingHash(before));
  }

  void howAFileIsWrittenDoesNotMatter() {
    const ExperimentConfig a = parseExperiment("[training]\nsteps = 9\n[model]\ndropout = 0", "a");
    const ExperimentConfig b = parseExperiment("# same\n[model]\ndropout = 0.0\n[training]\nsteps = 0x9", "b");
    QCOMPARE(evaluationHash(a), evaluationHash(b));
  }
};

QTEST_APPLESS_MAIN(StageHashTest)
#include "stage_hash_test.moc"
