// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/source_baseline.h"

#include <QTest>

#include "core/base/error.h"
#include "core/env/reference_returns.h"

using namespace limbeck;

namespace {

const std::vector<TaskId> kTasks{TaskId{0}, TaskId{4}, TaskId{6}};
constexpr int kEpisodes = 12;
constexpr int kRepeats = 2;

std::unique_ptr<Environment> room() {
  EnvironmentOptions options = defaultOptions("darkroom");
  options.size = 3;
  options.horizon = 5;
  return makeEnvironment(options);
}

EvaluationResult play(const char* algorithm, std::span<const TaskId> tasks = kTasks, std::uint64_t seed = 1) {
  SourceOptions source;
  source.algorithm = algorithm;
  source.episodes = kEpisodes;
  return evaluateSource(*room(), tasks, source, kRepeats, Rng(Seed{seed}), uninterrupted());
}

class StopAtOnce final : public WorkControl {
 public:
  bool stopRequested() const override { return true; }
};

}  // namespace

class SourceBaselineTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void oracleReachesTheExactOptimumInEveryEpisode() {
    const EvaluationResult result = play("oracle");
    QCOMPARE(result.streams(), 6);
    QCOMPARE(result.episodes, kEpisodes);
    for (int stream = 0; stream < result.streams(); ++stream) {
      const double optimum = computeReferenceReturns(room()->makeTask(result.tasks[stream])).optimal;
      for (int episode = 0; episode < kEpisodes; ++episode) {
        QCOMPARE(static_cast<double>(result.returnAt(stream, episode)), optimum);
      }
    }
  }

  void streamsAreTasksByRepeatsWithWholeRollouts() {
    const EvaluationResult result = play("q_learning");
    for (int stream = 0; stream < result.streams(); ++stream) {
      QVERIFY(result.tasks[stream] == kTasks[stream / kRepeats]);
      QCOMPARE(result.repeats[stream], stream % kRepeats);
      QVERIFY(result.rollouts[stream].task == result.tasks[stream]);
      QCOMPARE(result.rollouts[stream].actions.size(), std::size_t{kEpisodes * 5});
    }
    QCOMPARE(result.environment_steps, std::int64_t{6} * kEpisodes * 5);
    QCOMPARE(result.lengths, std::vector<std::int32_t>(6 * kEpisodes, 5));
  }

  void sameSeedPlaysTheSameAndATaskDoesNotDependOnItsNeighbours() {
    const EvaluationResult all = play("q_learning");
    const EvaluationResult alone = play("q_learning", std::span(kTasks).last(1));
    QCOMPARE(alone.rollouts[1].actions, all.rollouts[5].actions);
    QVERIFY(all.rollouts[4].actions != all.rollouts[5].actions);  // repeats differ
    QVERIFY(play("q_learning", kTasks, 2).rollouts[5].actions != all.rollouts[5].actions);
  }

  void actorsOfOneLearnerAreItsRepeats() {
    SourceOptions source;
    source.algorithm = "a2c";
    source.episodes = kEpisodes;
    source.actors = 3;
    source.hidden_width = 16;
    const auto play = [&](int repeats) {
      return evaluateSource(*room(), kTasks, source, repeats, Rng(Seed{1}), uninterrupted());
    };
    const EvaluationResult two = play(2);
    QCOMPARE(two.streams(), 6);
    QCOMPARE(two.returns.size(), std::size_t{6 * kEpisodes});
    QCOMPARE(two.environment_steps, std::int64_t{3} * 3 * kEpisodes * 5);  // all three actors played
    // Five repeats take two learners; the first learner's streams are what they were.
    const EvaluationResult five = play(5);
    QCOMPARE(five.streams(), 15);
    QCOMPARE(five.environment_steps, std::int64_t{3} * 6 * kEpisodes * 5);
    for (int task = 0; task < 3; ++task) {
      for (int repeat = 0; repeat < 5; ++repeat) QCOMPARE(five.repeats[task * 5 + repeat], repeat);
      for (int repeat = 0; repeat < 2; ++repeat) {
        QCOMPARE(five.rollouts[task * 5 + repeat].actions, two.rollouts[task * 2 + repeat].actions);
      }
      QVERIFY(five.rollouts[task * 5].actions != five.rollouts[task * 5 + 3].actions);
    }
  }

  void stopIsObeyed() {
    StopAtOnce stop;
    SourceOptions source;
    QVERIFY_EXCEPTION_THROWN(evaluateSource(*room(), kTasks, source, 1, Rng(Seed{1}), stop), Cancelled);
  }
};

QTEST_APPLESS_MAIN(SourceBaselineTest)
#include "source_baseline_test.moc"
