// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_estimate.h"

#include <QtTest>

#include "core/base/error.h"
#include "core/model/parameter_layout.h"
#include "tests/support/caught_error.h"
#include "tests/support/tiny_run.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

class Stopped final : public WorkControl {
  bool stopRequested() const override { return true; }
};

RunEstimate estimateTiny(const std::vector<std::string>& overrides = {}, WorkControl& control = uninterrupted()) {
  SoloTeam team;
  return estimateRun(tinyRequest(overrides).config, team, control);
}

}  // namespace

class RunEstimateTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // 5 training tasks x 8 histories x 24 episodes x 5 steps of 8 bytes (two coordinates, an action, a reward, an end);
  // rollouts of 2 tasks x 2 repeats x (10 + 10 + 24) episodes; three checkpoints with both moments and the best one
  // without.
  void whatCanBeCountedIsExact() {
    const RunEstimate estimate = estimateTiny();
    const ExperimentConfig config = tinyRequest().config;
    const std::int64_t parameters =
        parameterCount(transformerConfig(config, makeEnvironment(config.environment)->spec()));
    QCOMPARE(estimate.transitions, std::int64_t{40 * 24 * 5});
    QCOMPARE(estimate.training_tokens, std::int64_t{60 * 8 * 30});
    QCOMPARE(estimate.parameters, parameters);
    QCOMPARE(estimate.disk_bytes, estimate.transitions * 8 + 4 * 44 * 5 * 8 + parameters * 4 * 10);
    QVERIFY(estimate.memory_bytes > parameters * 4 * 4);
    QVERIFY(estimate.histories_seconds > 0.0 && estimate.training_seconds > 0.0 && estimate.evaluation_seconds > 0.0);
    QCOMPARE(estimate.totalSeconds(),
             estimate.histories_seconds + estimate.training_seconds + estimate.evaluation_seconds);
  }

  // Measured times differ from call to call, but not by a factor of five where the work grows fiftyfold.
  void timesGrowWithTheWork() {
    const RunEstimate small = estimateTiny();
    QVERIFY(estimateTiny({"histories.histories_per_task=400"}).histories_seconds > 10 * small.histories_seconds);
    QVERIFY(estimateTiny({"training.steps=3000"}).training_seconds > 10 * small.training_seconds);
    QVERIFY(estimateTiny({"evaluation.repeats=100"}).evaluation_seconds > 10 * small.evaluation_seconds);
  }

  // Of a learner with many actors a part is played, and taken for the whole: 40 histories of 100000 episodes of 5 steps
  // would take seconds. Without early ends the steps are known all the same.
  void learnersWithManyActorsAreSeenInPart() {
    const RunEstimate estimate =
        estimateTiny({"source.algorithm=a2c", "source.actors=4", "source.hidden_width=16", "source.episodes=100000"});
    QVERIFY(std::abs(static_cast<double>(estimate.transitions) - 40.0 * 100000 * 5) < 2.0);
    QVERIFY(estimate.histories_seconds > 0.0);
  }

  // 16 actors learn together, so that one prompt costs what 16 cost: as much as the source's own play of the same
  // tasks. Were it counted alone, it would be a sixteenth; a measurement is not off by a factor of five.
  void promptsOfJointLearnersCostWholeLearners() {
    const std::vector<std::string> joint{"source.algorithm=a2c",   "source.actors=16",
                                         "source.hidden_width=16", "evaluation.cleared_context_control=false",
                                         "evaluation.repeats=1",   "histories.histories_per_task=16"};
    const auto seconds = [&](std::vector<std::string> more) {
      more.insert(more.begin(), joint.begin(), joint.end());
      return estimateTiny(more).evaluation_seconds;
    };
    const double plain = seconds({"source.episodes=20000", "evaluation.source_control=false"});
    const double source = seconds({"source.episodes=20000", "evaluation.source_control=true"}) - plain;
    const double prompts =
        seconds({"source.episodes=20000", "evaluation.source_control=false", "evaluation.prompts=5"}) - plain;
    QVERIFY2(prompts > 0.3 * source, qPrintable(QString("%1 of %2").arg(prompts).arg(source)));
  }

  void wholeShardsGoToOneWorker() {
    // Three shards of 2, 2 and 1 tasks for four workers: the busiest makes 2 of 5 tasks, as two workers would not.
    class FourTimes final : public Team {
     public:
      int size() const override { return 4; }
      void run(const std::function<void(int)>& work) override {
        for (int worker = 0; worker < 4; ++worker) work(worker);
      }
    };
    FourTimes team;
    const double four = estimateRun(tinyRequest().config, team, uninterrupted()).histories_seconds;
    const double one = estimateTiny().histories_seconds;
    QVERIFY2(four > 0.15 * one && four < one, qPrintable(QString("%1 of %2").arg(four).arg(one)));  // 0.4
  }

  void impossibleExperimentsAreRefused() {
    ExperimentConfig config = tinyRequest().config;
    config.drop_count = 30;
    SoloTeam team;
    const std::optional<Error> error = caughtError([&] { estimateRun(config, team, uninterrupted()); });
    QVERIFY(error && error->code() == ErrorCode::InvalidArgument);
  }

  void aStopIsHeard() {
    Stopped control;
    QVERIFY_THROWS_EXCEPTION(Cancelled, estimateTiny({}, control));
  }
};

QTEST_APPLESS_MAIN(RunEstimateTest)
#include "run_estimate_test.moc"
