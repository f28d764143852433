// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/stage_hash.h"

#include <QtTest>
#include <set>

#include "core/experiment/experiment_file.h"
#include "core/experiment/schema.h"

using namespace limbeck;

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
    row("experiment.seed=2", true, true, true);
    row("tasks.held_out=17", true, true, true);
    row("source.learning_rate=0.25", true, true, true);
    row("histories.histories_per_task=65", true, true, true);
    row("training.steps=1201", false, true, true);
    row("context.context_length=280", false, true, true);
    row("context.keep_every=3", false, true, true);
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

  void howAFileIsWrittenDoesNotMatter() {
    const ExperimentConfig a = parseExperiment("[training]\nsteps = 9\n[model]\ndropout = 0", "a");
    const ExperimentConfig b = parseExperiment("# same\n[model]\ndropout = 0.0\n[training]\nsteps = 0x9", "b");
    QCOMPARE(evaluationHash(a), evaluationHash(b));
  }
};

QTEST_APPLESS_MAIN(StageHashTest)
#include "stage_hash_test.moc"
