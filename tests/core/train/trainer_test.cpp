// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <limits>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/core/data/made_history.h"
#include "tests/support/caught_error.h"

using namespace limbeck;
using test::caughtError;
using test::caughtMessage;

namespace {

/// Stops after `steps` reports.
class StopAfter final : public WorkControl {
 public:
  explicit StopAfter(int steps) : left_(steps) {}
  bool stopRequested() const override { return left_ <= 0; }
  void report(const Progress&) override { --left_; }

 private:
  int left_;
};

/// Two histories of three episodes on disk and everything that training on them needs.
struct Setup {
  explicit Setup(Backend backend) : sampler(dataset, {.context_length = 12}) {
    config.spec = madeSpec();
    config.context_length = 12;
    config.layers = 1;
    config.heads = 2;
    config.width = 16;
    config.feed_forward = 16;
    config.dropout = 0.1;
    model_options.backend = backend;
    options.steps = 12;
    options.batch_size = 4;
    options.warmup_steps = 4;
    options.validate_every = 5;
    options.checkpoint_every_seconds = 1e-9;  // after every step
  }
  std::unique_ptr<SequenceModel> makeModel() { return makeSequenceModel(config, model_options, team, Rng(Seed{1})); }
  TrainerResult run(SequenceModel& model, CheckpointFolder& checkpoints, WorkControl& control = uninterrupted()) {
    return train(model, sampler, options, checkpoints, {{"seed", "1"}}, hooks, Rng(Seed{2}), control);
  }
  CheckpointFolder folder(const char* name) const { return CheckpointFolder(pathIn(place, name)); }

  QTemporaryDir place;
  HistoryDataset dataset = [this] {
    writeMadeShard(pathIn(place, "histories") / "shard_0", {MadeHistory(0, {9, 9, 5}), MadeHistory(1, {9, 4, 9})});
    return HistoryDataset(pathIn(place, "histories"));
  }();
  ContextSampler sampler;
  TransformerConfig config;
  ModelOptions model_options;
  TrainerOptions options;
  TrainerHooks hooks;
  SoloTeam team;
};

/// Losses as told: for what the trainer does about them.
class ScriptedModel final : public SequenceModel {
 public:
  ScriptedModel(TransformerConfig config, std::vector<double> losses)
      : config_(std::move(config)), losses_(std::move(losses)) {}
  const TransformerConfig& config() const override { return config_; }
  std::string describe() const override { return "scripted"; }
  TrainStepResult trainStep(const ContextBatch&, double, const Rng&) override {
    return {losses_.at(next_++), 0.5, 1.0};
  }
  void logProbabilities(const ContextBatch&, std::span<float>) override {}
  std::unique_ptr<Decoder> makeDecoder(const DecoderOptions&) const override { return {}; }
  TensorMap exportState(bool) const override { return {}; }
  void importState(const TensorMap&) override {}

 private:
  TransformerConfig config_;
  std::vector<double> losses_;
  std::size_t next_ = 0;
};

}  // namespace

class TrainerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Peak 1, 4 steps of warm-up, 12 in all, end at 0.2: up by quarters; then 0.2 + 0.8 (1 + cos(pi k / 8)) / 2 for k = 1
  // .. 8.
  void learningRateFollowsTheScheduleByHand() {
    const TrainerOptions options{.steps = 12, .learning_rate = 1.0, .warmup_steps = 4, .final_learning_rate = 0.2};
    QCOMPARE(learningRateAt(options, 0), 0.25);
    QCOMPARE(learningRateAt(options, 1), 0.5);
    QCOMPARE(learningRateAt(options, 3), 1.0);
    QCOMPARE(learningRateAt(options, 7), 0.6);   // half way: 0.2 + 0.8 / 2
    QCOMPARE(learningRateAt(options, 11), 0.2);  // the last update
    QVERIFY(std::abs(learningRateAt(options, 5) - (0.2 + 0.4 * (1.0 + std::sqrt(0.5)))) < 1e-12);  // cos(pi / 4)
    const TrainerOptions no_warmup{.steps = 2, .learning_rate = 1.0, .warmup_steps = 0, .final_learning_rate = 0.0};
    QCOMPARE(learningRateAt(no_warmup, 0), 0.5);
    QVERIFY(std::abs(learningRateAt(no_warmup, 1)) < 1e-12);
  }

  void resumedTrainingEqualsUninterruptedBitForBit_data() {
    QTest::addColumn<int>("backend");
    QTest::newRow("fused") << static_cast<int>(Backend::Fused);
#ifdef LIMBECK_TEST_TORCH
    QTest::newRow("LibTorch") << static_cast<int>(Backend::Torch);
#endif
  }
  void resumedTrainingEqualsUninterruptedBitForBit() {
    QFETCH(int, backend);
    Setup setup(static_cast<Backend>(backend));
    setup.hooks.on_validate = [](std::int64_t step, const SequenceModel&) { return step == 5 ? 2.0 : 1.0; };
    CheckpointFolder whole = setup.folder("whole");
    const TrainerResult expected = setup.run(*setup.makeModel(), whole);
    CheckpointFolder parts = setup.folder("parts");
    for (const int steps : {3, 4}) {
      StopAfter control(steps);
      QVERIFY_THROWS_EXCEPTION(Cancelled, setup.run(*setup.makeModel(), parts, control));
    }
    QCOMPARE(parts.latest()->step, std::int64_t{7});
    const TrainerResult resumed = setup.run(*setup.makeModel(), parts);
    QCOMPARE(resumed.final_loss, expected.final_loss);
    QCOMPARE(resumed.best_score, std::optional<double>(2.0));
    QCOMPARE(resumed.best_step, std::int64_t{5});
    QCOMPARE(readTextFile(parts.pathOf(12)), readTextFile(whole.pathOf(12)));
    QCOMPARE(readTextFile(parts.bestPath()), readTextFile(whole.bestPath()));
  }

  void finishedTrainingReturnsAtOnceWithItsResults() {
    Setup setup(Backend::Fused);
    setup.hooks.on_validate = [](std::int64_t step, const SequenceModel&) { return static_cast<double>(step); };
    CheckpointFolder checkpoints = setup.folder("c");
    const TrainerResult first = setup.run(*setup.makeModel(), checkpoints);
    setup.hooks.on_validate = [](std::int64_t, const SequenceModel&) -> double {
      throw BugError("nothing was left to do");
    };
    const TrainerResult second = setup.run(*setup.makeModel(), checkpoints);
    QCOMPARE(second.steps, std::int64_t{12});
    QCOMPARE(second.tokens, std::int64_t{0});
    QCOMPARE(second.final_loss, first.final_loss);
    QCOMPARE(second.best_score, std::optional<double>(12.0));
    QCOMPARE(second.best_step, std::int64_t{12});
  }

  void aStopKeepsACheckpointAndSaysSo() {
    Setup setup(Backend::Fused);
    setup.options.checkpoint_every_seconds = 1e9;
    CheckpointFolder checkpoints = setup.folder("c");
    StopAfter control(6);
    try {
      setup.run(*setup.makeModel(), checkpoints, control);
      QFAIL("it did not stop");
    } catch (const Cancelled& cancelled) {
      QCOMPARE(cancelled.kept(), std::string("checkpoint at step 6"));
    }
    QCOMPARE(checkpoints.latest()->step, std::int64_t{6});
    QCOMPARE(checkpoints.latest()->extra.at("seed"), std::string("1"));
  }

  void aStopDuringValidationIsCaughtUpWithBitForBit_data() {
    QTest::addColumn<std::int64_t>("stopped_at");
    QTest::newRow("the first, which was the best") << std::int64_t{5};
    QTest::newRow("one in the middle") << std::int64_t{10};
    QTest::newRow("the last, after all steps") << std::int64_t{12};
  }
  void aStopDuringValidationIsCaughtUpWithBitForBit() {
    QFETCH(std::int64_t, stopped_at);
    Setup setup(Backend::Fused);
    std::vector<std::int64_t> played;
    const auto score = [&](std::int64_t step, const SequenceModel&) {
      played.push_back(step);
      return step == 5 ? 2.0 : 1.0;
    };
    setup.hooks.on_validate = score;
    CheckpointFolder whole = setup.folder("whole");
    const TrainerResult expected = setup.run(*setup.makeModel(), whole);

    // Twice, so that also the catching up is cut short.
    CheckpointFolder parts = setup.folder("parts");
    setup.hooks.on_validate = [&](std::int64_t step, const SequenceModel& model) {
      if (step == stopped_at) throw Cancelled();
      return score(step, model);
    };
    for (int stop = 0; stop < 2; ++stop) {
      try {
        setup.run(*setup.makeModel(), parts);
        QFAIL("it did not stop");
      } catch (const Cancelled& cancelled) {
        QCOMPARE(cancelled.kept(), "checkpoint at step " + std::to_string(stopped_at));
      }
    }
    setup.hooks.on_validate = score;
    played.clear();
    const TrainerResult resumed = setup.run(*setup.makeModel(), parts);
    QCOMPARE(played.front(), stopped_at);
    QCOMPARE(resumed.best_score, expected.best_score);
    QCOMPARE(resumed.best_step, std::int64_t{5});
    QCOMPARE(readTextFile(parts.bestPath()), readTextFile(whole.bestPath()));
    for (const std::int64_t step : {10, 11, 12}) {
      if (!std::filesystem::exists(parts.pathOf(step))) continue;
      QCOMPARE(readTextFile(parts.pathOf(step)), readTextFile(whole.pathOf(step)));
    }
    QVERIFY(std::filesystem::exists(parts.pathOf(12)));

    played.clear();
    QCOMPARE(setup.run(*setup.makeModel(), parts).tokens, std::int64_t{0});
    QVERIFY(played.empty());  // what was caught up with is not owed any more
  }

  void validatesByStepsAndTheLaterOfEqualScoresIsTheBest() {
    Setup setup(Backend::Fused);
    std::vector<std::int64_t> played;
    setup.hooks.on_validate = [&](std::int64_t step, const SequenceModel&) {
      played.push_back(step);
      return step == 12 ? 3.0 : 4.0;
    };
    CheckpointFolder checkpoints = setup.folder("c");
    const TrainerResult result = setup.run(*setup.makeModel(), checkpoints);
    QCOMPARE(played, (std::vector<std::int64_t>{5, 10, 12}));  // every 5, and the last
    QCOMPARE(result.best_step, std::int64_t{10});
    QCOMPARE(readCheckpoint(checkpoints.bestPath()).step, std::int64_t{10});
    QCOMPARE(readCheckpoint(checkpoints.bestPath()).extra.at("validation_score"), std::string("4"));
  }

  void divergenceNamesStepAndLastGoodCheckpoint_data() {
    QTest::addColumn<double>("loss");
    QTest::newRow("nan") << std::numeric_limits<double>::quiet_NaN();
    QTest::newRow("infinite") << std::numeric_limits<double>::infinity();
    QTest::newRow("above ten times ln 5 = 16.1") << 16.2;
  }
  void divergenceNamesStepAndLastGoodCheckpoint() {
    QFETCH(double, loss);
    Setup setup(Backend::Fused);
    CheckpointFolder checkpoints = setup.folder("c");
    ScriptedModel model(setup.config, {1, 1, 1, 1, 16.0, 16.0, loss});
    const auto error = caughtError([&] { setup.run(model, checkpoints); });
    QVERIFY(error.has_value());
    QCOMPARE(error->code(), ErrorCode::Diverged);
    const QString message = error->what();
    QVERIFY2(message.contains("step 6") && message.contains("step_000000006.safetensors"), qPrintable(message));
    QCOMPARE(checkpoints.latest()->step, std::int64_t{6});
  }

  void aHighLossDuringWarmUpIsNoDivergence() {
    Setup setup(Backend::Fused);
    setup.options.steps = 5;
    CheckpointFolder checkpoints = setup.folder("c");
    ScriptedModel model(setup.config, {99, 99, 99, 99, 1});
    QCOMPARE(setup.run(model, checkpoints).steps, std::int64_t{5});
  }

  // A learning rate of 10^6 throws the real model out of bounds; its weights in the last checkpoint are still finite.
  void anAbsurdLearningRateEndsInDivergence() {
    Setup setup(Backend::Fused);
    setup.options.learning_rate = 1e6;
    setup.options.steps = 200;
    CheckpointFolder checkpoints = setup.folder("c");
    QCOMPARE(caughtError([&] { setup.run(*setup.makeModel(), checkpoints); })->code(), ErrorCode::Diverged);
    const Checkpoint last = *checkpoints.latest();
    for (const auto& [name, tensor] : last.tensors) {
      for (const float value : tensor.values) QVERIFY2(std::isfinite(value), name.c_str());
    }
  }

  // The action is a function of observation and history (made_history.h), so a small model gets nearly all of them.
  void learnsASmallDataset() {
    Setup setup(Backend::Fused);
    setup.config.dropout = 0.0;
    setup.options.steps = 400;
    setup.options.batch_size = 8;
    setup.options.learning_rate = 1e-2;
    setup.options.checkpoint_every_seconds = 1e9;
    CheckpointFolder checkpoints = setup.folder("c");
    double accuracy = 0.0;
    std::int64_t steps_told = 0;
    setup.hooks.on_step = [&](const TrainMetrics& metrics) {
      accuracy = metrics.result.accuracy;
      QCOMPARE(metrics.step, ++steps_told);
    };
    const TrainerResult result = setup.run(*setup.makeModel(), checkpoints);
    QCOMPARE(steps_told, std::int64_t{400});
    QCOMPARE(result.tokens, std::int64_t{400} * 8 * 12);
    QVERIFY2(result.final_loss < 0.2, std::to_string(result.final_loss).c_str());  // from ln 5 = 1.6
    QVERIFY(accuracy > 0.9);
  }

  void checkpointsOfAnotherArchitectureAreRefused() {
    Setup setup(Backend::Fused);
    CheckpointFolder checkpoints = setup.folder("c");
    setup.run(*setup.makeModel(), checkpoints);
    setup.config.layers = 2;
    QCOMPARE(caughtError([&] { setup.run(*setup.makeModel(), checkpoints); })->code(), ErrorCode::InvalidArgument);
  }

  void impossibleOptionsAreNamed() {
    Setup setup(Backend::Fused);
    CheckpointFolder checkpoints = setup.folder("c");
    setup.options.batch_size = 0;
    QVERIFY(caughtMessage([&] { setup.run(*setup.makeModel(), checkpoints); }).contains("training.batch_size = 0"));
    setup.options.batch_size = 4;
    setup.options.learning_rate = std::numeric_limits<double>::quiet_NaN();
    QVERIFY(caughtMessage([&] { setup.run(*setup.makeModel(), checkpoints); }).contains("training.learning_rate"));
  }
};

QTEST_APPLESS_MAIN(TrainerTest)
#include "trainer_test.moc"
