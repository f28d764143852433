// SPDX-License-Identifier: GPL-3.0-or-later
// The DQN on what the agent sees: pixels.
#include <QtTest>
#include <numeric>
#include <thread>

#include "core/env/environment.h"
#include "core/env/reference_returns.h"
#include "core/source/source_algorithm.h"
#include "tests/core/source/joint_learning.h"
#include "tests/core/source/made_frames.h"
#include "tests/core/source/made_task.h"
#include "tests/support/caught_error.h"

using namespace limbeck;

namespace {

SourceOptions pixelDqn(int episodes) {
  SourceOptions options;
  options.algorithm = "dqn";
  options.network = "convolutional";
  options.episodes = episodes;
  options.actors = 8;
  options.hidden_layers = 1;
  options.hidden_width = 32;
  options.network_learning_rate = 1e-3;
  options.gradient_clip = 10.0;
  options.rollout_steps = 20;
  options.trace_decay = 0.75;
  options.epsilon_end = 0.01;
  return options;
}

}  // namespace

class PixelDqnTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void learnsWhereThePlatformIs_data() {
    QTest::addColumn<bool>("observes_state");
    QTest::newRow("pixels alone") << false;
    QTest::newRow("told whether it was paid") << true;
  }
  void learnsWhereThePlatformIs() {
    QFETCH(bool, observes_state);
    // A small pool and short episodes, so that swimming at random finds the platform in about one of three.
    EnvironmentOptions pool = defaultOptions("watermaze");
    pool.size = 17;
    pool.horizon = 12;
    pool.platform_radius = 2;
    const TabularTask task = makeEnvironment(pool)->makeTask(TaskId{0});
    SourceOptions options = pixelDqn(100);
    options.observes_state = observes_state;
    const ReferenceReturns known = computeReferenceReturns(task);
    QVERIFY(known.random < 0.5 && known.optimal == 1.0);
    double last = 0.0;
    for (const HistoryBuffer& history : test::learnJointly(task, options, 1)) {
      const std::vector<double> returns = episodeReturns(history);
      last += std::accumulate(returns.end() - 10, returns.end(), 0.0) / (10.0 * options.actors);
    }
    // Ten seeds reached 0.91 to 1.
    QVERIFY2(last > 0.8, qPrintable(QString("%1; random play %2").arg(last).arg(known.random)));
  }

  void sameStreamsSameHistories() {
    const TabularTask task = taskWithFrames(9);
    const SourceOptions options = pixelDqn(10);
    const auto once = test::learnJointly(task, options, 1);
    const auto again = test::learnJointly(taskWithFrames(9), options, 1);
    for (std::size_t i = 0; i < once.size(); ++i) {
      QCOMPARE(again[i].actions, once[i].actions);
      QCOMPARE(again[i].observations, once[i].observations);
    }
    QVERIFY(test::learnJointly(task, options, 2).front().actions != once.front().actions);
    SourceOptions dense = options;
    dense.network = "dense";
    QVERIFY(test::learnJointly(task, dense, 1).front().actions != once.front().actions);
  }

  void threadsShareFramesAndChangeNothing() {
    const SourceOptions options = pixelDqn(6);
    const TabularTask shared = taskWithFrames(9);
    std::vector<std::vector<HistoryBuffer>> learned(4);
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < learned.size(); ++i) {
        threads.emplace_back([&, i] { learned[i] = test::learnJointly(shared, options, i); });
      }
    }
    for (std::size_t i = 0; i < learned.size(); ++i) {
      QCOMPARE(learned[i].back().actions, test::learnJointly(taskWithFrames(9), options, i).back().actions);
    }
  }

  void environmentWithoutFramesIsRefused() {
    const auto source = makeSourceAlgorithm(pixelDqn(5));
    const QString problem = test::caughtMessage([&] { source->requireSuits(corridor(4, 6, 3, 1)); });
    QVERIFY2(problem.contains("no frames") && problem.contains("\"dense\""), qPrintable(problem));
    source->requireSuits(taskWithFrames(3));
  }
};

QTEST_APPLESS_MAIN(PixelDqnTest)
#include "pixel_dqn_test.moc"
