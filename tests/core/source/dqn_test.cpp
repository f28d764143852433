// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <numeric>

#include "core/env/environment.h"
#include "core/env/reference_returns.h"
#include "core/source/source_algorithm.h"
#include "tests/core/source/joint_learning.h"
#include "tests/core/source/made_task.h"

using namespace limbeck;

namespace {

SourceOptions smallDqn(int episodes) {
  SourceOptions options;
  options.algorithm = "dqn";
  options.episodes = episodes;
  options.actors = 8;
  options.hidden_layers = 2;
  options.hidden_width = 32;
  options.network_learning_rate = 0.003;
  options.gradient_clip = 10.0;
  options.trace_decay = 0.75;
  options.epsilon_end = 0.01;
  return options;
}

double lastReturn(const std::vector<HistoryBuffer>& histories, int episodes) {
  double sum = 0.0;
  for (const HistoryBuffer& history : histories) {
    const std::vector<double> returns = episodeReturns(history);
    sum += std::accumulate(returns.end() - episodes, returns.end(), 0.0) / episodes;
  }
  return sum / static_cast<double>(histories.size());
}

/// A choice at every step of an episode of one step: action 0 pays 1 and leaves the state as it is, action 1 pays 1.5
/// and ends the task.
TabularTask stayOrEnd() {
  TabularTask task;
  task.spec = {.observation_classes = {2}, .action_count = 2, .horizon = 1};
  task.state_count = 2;
  task.next_state = {0, 1, 1, 1};
  task.reward = {1.0F, 1.5F, 0.0F, 0.0F};
  task.terminal = {0, 1};
  task.observation = {0, 1};
  task.start_states = {0};
  return task;
}

}  // namespace

class DqnTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void learnsARoom_data() {
    QTest::addColumn<double>("trace_decay");
    QTest::newRow("one-step targets") << 0.0;
    QTest::newRow("Q(lambda) targets, as published") << 0.75;
  }
  void learnsARoom() {
    QFETCH(double, trace_decay);
    // 5 x 5 cells, 150 episodes of 8 actors; random play reaches a twentieth of the optimum on these three tasks.
    const auto environment = [] {
      EnvironmentOptions room = defaultOptions("darkroom");
      room.size = 5;
      return makeEnvironment(room);
    }();
    SourceOptions options = smallDqn(150);
    options.trace_decay = trace_decay;
    for (const int number : {0, 4, 17}) {
      const TabularTask task = environment->makeTask(TaskId{number});
      const double reached = lastReturn(test::learnJointly(task, options, 3), 10);
      const double optimum = computeReferenceReturns(task).optimal;
      QVERIFY2(reached >= 0.9 * optimum,
               qPrintable(QString("task %1: %2 of %3").arg(number).arg(reached).arg(optimum)));
    }
  }

  void truncationBootstrapsAndTerminationDoesNot() {
    // Cut by the horizon, action 0 is worth 1 / (1 - discount); ended by the task, action 1 is worth 1.5. With a
    // discount of .5 the first is the better one, with .2 it is worth 1.25 and the worse one.
    SourceOptions options = smallDqn(3000);
    options.rollout_steps = 10;
    options.discount = 0.5;
    QVERIFY(lastReturn(test::learnJointly(stayOrEnd(), options, 1), 50) < 1.1);
    options.discount = 0.2;
    QVERIFY(lastReturn(test::learnJointly(stayOrEnd(), options, 1), 50) > 1.4);
  }

  void sameStreamsSameHistoriesForAnyReplay() {
    const TabularTask task = corridor(5, 10, 3, 1);
    for (const double share : {0.0, 0.7, 1.0}) {
      SourceOptions options = smallDqn(12);
      options.replay_share = share;
      options.replay_capacity = 100;  // five rollouts, so that the oldest are dropped
      const auto histories = test::learnJointly(task, options, 1);
      for (const HistoryBuffer& history : histories) QCOMPARE(history.actions.size(), std::size_t{120});
      const auto again = test::learnJointly(task, options, 1);
      for (std::size_t i = 0; i < histories.size(); ++i) QCOMPARE(again[i].actions, histories[i].actions);
      QVERIFY(histories[0].actions != histories[1].actions);
    }
  }

  void optionsOfTheReplayMatter() {
    const TabularTask task = corridor(5, 10, 3, 1);
    const SourceOptions plain = smallDqn(40);
    const auto expected = test::learnJointly(task, plain, 1).back().actions;
    const auto differs = [&](const std::function<void(SourceOptions&)>& change) {
      SourceOptions options = plain;
      change(options);
      return test::learnJointly(task, options, 1).back().actions != expected;
    };
    QVERIFY(differs([](SourceOptions& o) { o.replay_share = 0.25; }));
    QVERIFY(differs([](SourceOptions& o) { o.replay_capacity = 40; }));
    QVERIFY(differs([](SourceOptions& o) { o.batch_rollouts = 4; }));
    QVERIFY(differs([](SourceOptions& o) { o.target_period = 5; }));
    QVERIFY(differs([](SourceOptions& o) { o.trace_decay = 0.2; }));
    QVERIFY(differs([](SourceOptions& o) { o.gradient_clip = 0.01; }));
    QVERIFY(differs([](SourceOptions& o) { o.rollout_steps = 10; }));
  }
};

QTEST_APPLESS_MAIN(DqnTest)
#include "dqn_test.moc"
