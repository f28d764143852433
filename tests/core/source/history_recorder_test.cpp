// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/history_recorder.h"

#include <QtTest>

#include "core/env/table_stepper.h"
#include "core/source/source_algorithm.h"
#include "made_task.h"

using namespace limbeck;

class HistoryRecorderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Of a corridor whose steps may slip, the record alone does not tell which state led to what: the labels must still
  // be those of the state and step in which each action was taken.
  void labelsAreTheOraclesForTheStateAndStepOfEveryRow() {
    TabularTask task = corridor(6, 9, 4, 2);
    task.slip.assign(6, 0.5F);
    task.terminal[5] = 1;  // so that episodes end early
    const OraclePlan plan(task);
    HistoryBuffer buffer;
    buffer.oracle = &plan;
    HistoryRecorder recorder(task, 40, buffer);
    TableStepper stepper(task);
    Rng rng(Seed{3});
    std::vector<Action> expected;
    for (int episode = 0; episode < 40; ++episode) {
      stepper.reset(rng);
      TableStepper::Outcome outcome;
      while (outcome.end == End::None) {
        const int state = stepper.state();
        expected.push_back(plan.action(stepper.steps(), state, 0));
        const auto action = static_cast<Action>(rng.below(4));
        outcome = stepper.step(action, rng);
        recorder.record(state, action, outcome.reward, outcome.end);
      }
    }
    recorder.finish();
    QVERIFY(buffer.labels == expected);
    QVERIFY(std::ranges::equal(buffer.columns().labels, expected));
  }

  void everyAlgorithmRecordsLabelsAndLearnsTheSame_data() {
    QTest::addColumn<QString>("algorithm");
    for (const char* name : {"q_learning", "noisy_oracle", "random", "oracle"}) QTest::newRow(name) << QString(name);
  }
  void everyAlgorithmRecordsLabelsAndLearnsTheSame() {
    QFETCH(QString, algorithm);
    const TabularTask task = corridor(5, 7, 4, 1);
    const OraclePlan plan(task);
    SourceOptions options;
    options.algorithm = algorithm.toStdString();
    options.episodes = 12;
    const auto source = makeSourceAlgorithm(options);
    HistoryBuffer plain;
    HistoryBuffer labelled;
    labelled.oracle = &plan;
    source->learn(task, Rng(Seed{2}), plain);
    source->learn(task, Rng(Seed{2}), labelled);
    QVERIFY(plain.labels.empty());
    QVERIFY(labelled.actions == plain.actions && labelled.rewards == plain.rewards);
    QVERIFY(labelled.observations == plain.observations && labelled.ends == plain.ends);
    for (std::size_t row = 0; row < labelled.actions.size(); ++row) {
      // The corridor shows its state, and all episodes are of 7 steps.
      QCOMPARE(labelled.labels[row], plan.action(static_cast<int>(row % 7), labelled.observations[row], 0));
    }
    // An oracle differs from its labels only where several actions are equally good; here none are on the way there.
    if (algorithm != "oracle") return;
    for (std::size_t row = 0; row < labelled.actions.size(); ++row) {
      if (labelled.observations[row] < 4) QCOMPARE(labelled.actions[row], labelled.labels[row]);
    }
  }

  void clearingABufferForgetsLabelsAndKeepsTheOracle() {
    const TabularTask task = corridor(3, 4, 3, 1);
    const OraclePlan plan(task);
    HistoryBuffer buffer;
    buffer.oracle = &plan;
    const auto source = makeSourceAlgorithm({.algorithm = "random", .episodes = 2});
    source->learn(task, Rng(Seed{1}), buffer);
    QCOMPARE(buffer.labels.size(), std::size_t{8});
    source->learn(task, Rng(Seed{2}), buffer);  // appends
    QCOMPARE(buffer.labels.size(), std::size_t{16});
    buffer.clear();
    QVERIFY(buffer.labels.empty());
    QVERIFY(buffer.oracle == &plan);
  }
};

QTEST_APPLESS_MAIN(HistoryRecorderTest)
#include "history_recorder_test.moc"
