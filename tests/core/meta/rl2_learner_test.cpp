// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/meta/rl2_learner.h"

#include <fmt/format.h>

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "core/base/error.h"
#include "core/base/process_tuning.h"
#include "core/eval/in_context_evaluator.h"
#include "core/jobs/thread_team.h"
#include "core/model/transformer_policy.h"

using namespace limbeck;

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

std::unique_ptr<Environment> smallRoom() {
  EnvironmentOptions options = defaultOptions("darkroom");
  options.size = 3;
  options.horizon = 6;
  return makeEnvironment(options);
}

std::vector<TaskId> allTasks(const Environment& environment) {
  std::vector<TaskId> tasks;
  for (int task = 0; task < environment.taskCount(); ++task) tasks.push_back(TaskId{task});
  return tasks;
}

struct Setup {
  explicit Setup(int threads = 2) : team(threads) {
    options.trials_at_once = 32;
    options.episodes_per_trial = 4;
    options.unroll = 12;
    options.width = 16;
    options.trainer = {.steps = 8,
                       .learning_rate = 1e-2,
                       .warmup_steps = 0,
                       .validate_every = 4,
                       .checkpoint_every_seconds = 1e-9,
                       .divergence_loss = 1e9};
  }
  TrainerResult run(CheckpointFolder& checkpoints, WorkControl& control = uninterrupted()) {
    model = makeSequenceModel(rl2Architecture(options, environment->spec()), {}, team, Rng(Seed{1}));
    Rl2Learner learner(*model, *environment, allTasks(*environment), options, Rng(Seed{2}));
    TrainerHooks hooks;
    hooks.on_validate = [](std::int64_t step, const SequenceModel&) { return static_cast<double>(step); };
    return runTraining(learner, options.trainer, checkpoints, {}, hooks, control);
  }
  CheckpointFolder folder(const char* name) const {
    return CheckpointFolder(std::filesystem::path(place.path().toStdString()) / name);
  }

  QTemporaryDir place;
  std::unique_ptr<Environment> environment = smallRoom();
  ThreadTeam team;
  Rl2Options options;
  std::unique_ptr<SequenceModel> model;
};

}  // namespace

class Rl2LearnerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { tuneProcess(); }

  void stoppedTrainingGoesOnBitForBit() {
    Setup setup;
    CheckpointFolder whole = setup.folder("whole");
    const TrainerResult uninterrupted_result = setup.run(whole);
    QCOMPARE(uninterrupted_result.tokens, std::int64_t{8 * 12 * 32});
    CheckpointFolder stopped = setup.folder("stopped");
    StopAfter stop(3);
    try {
      setup.run(stopped, stop);
      QFAIL("did not stop");
    } catch (const Cancelled&) {
    }
    QVERIFY(stopped.latest().has_value());
    QCOMPARE(stopped.latest()->step, std::int64_t{3});
    setup.run(stopped);
    const Checkpoint expected = *whole.latest();
    const Checkpoint resumed = *stopped.latest();
    QCOMPARE(resumed.step, expected.step);
    QCOMPARE(resumed.tensors.size(), expected.tensors.size());
    for (const auto& [name, tensor] : resumed.tensors) {
      QVERIFY2(tensor.values == expected.tensors.at(name).values, name.c_str());
    }
    QVERIFY(expected.tensors.contains("rl2.memory") && expected.tensors.contains("rl2.streams"));
    QVERIFY(!readCheckpoint(whole.bestPath()).tensors.contains("rl2.memory"));
  }

  void sameSeedSameWeights() {
    Setup setup;
    CheckpointFolder first = setup.folder("first");
    CheckpointFolder second = setup.folder("second");
    setup.run(first);
    setup.run(second);
    const Checkpoint expected = *first.latest();
    const Checkpoint again = *second.latest();
    for (const auto& [name, tensor] : again.tensors) {
      QVERIFY2(tensor.values == expected.tensors.at(name).values, name.c_str());
    }
  }

  // Within its memory alone: the weights are frozen, and the first episode of a task is its worst.
  void learnsToLearn() {
    Setup setup;
    setup.options.trainer.steps = 250;
    setup.options.trainer.learning_rate = 2e-2;
    setup.options.trainer.checkpoint_every_seconds = 1e9;
    setup.options.width = 32;
    setup.options.discount = 0.9;
    CheckpointFolder folder = setup.folder("learns");
    setup.run(folder);
    TransformerPolicy policy(*setup.model, {});
    const std::vector<TaskId> tasks = allTasks(*setup.environment);
    const EvaluationResult result =
        evaluateInContext(*setup.environment, tasks, policy, {.episodes = 6, .repeats = 8, .keep_rollouts = false},
                          Rng(Seed{3}), uninterrupted());
    const auto meanOf = [&](int episode) {
      double sum = 0.0;
      for (int stream = 0; stream < result.streams(); ++stream)
        sum += static_cast<double>(result.returnAt(stream, episode));
      return sum / result.streams();
    };
    // Eight goals, four of them one step from the centre and four of them two: at best 6 and 5, 5.5 on the average; who
    // never looks for the goal but stays where it pays comes to about 2.
    QVERIFY2(meanOf(3) > 4.4, fmt::format("{} in the fourth episode", meanOf(3)).c_str());
    QVERIFY2(meanOf(3) > meanOf(0) + 0.5, fmt::format("{} in the first episode", meanOf(0)).c_str());
    QVERIFY2(meanOf(5) > 4.0, fmt::format("{} in the sixth, longer than a trial", meanOf(5)).c_str());
  }
};

QTEST_APPLESS_MAIN(Rl2LearnerTest)
#include "rl2_learner_test.moc"
