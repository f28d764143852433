// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/rollout_files.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/support/caught_error.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck;
using limbeck::test::caughtError;
using limbeck::test::ScratchFolder;

namespace {

const EnvironmentSpec kSpec{.observation_classes = {3, 4}, .action_count = 5, .horizon = 3};
constexpr End kOn = End::None;

/// Two steps and 1.5, then three steps and 2: two whole episodes.
Rollout twoEpisodes(TaskId task, int repeat) {
  return {.task = task,
          .repeat = repeat,
          .observations = {0, 1, 2, 3, 0, 0, 1, 1, 2, 2},
          .actions = {0, 4, 1, 2, 3},
          .rewards = {0.5F, 1.0F, 0.0F, 0.0F, 2.0F},
          .ends = {kOn, End::Terminated, kOn, kOn, End::Truncated}};
}

EvaluationResult twoStreams() {
  EvaluationResult result;
  result.rollouts = {twoEpisodes(TaskId{7}, 0), twoEpisodes(TaskId{7}, 1)};
  result.rollouts[1].rewards[4] = 0.25F;
  return result;
}

}  // namespace

class RolloutFilesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatWasWrittenIsReadWithReturnsAndLengths() {
    writeRollouts(folder("a"), kSpec, twoStreams(), {{"policy", "ad"}});
    const EvaluationResult read = readRollouts(folder("a"), 2);
    QCOMPARE(read.streams(), 2);
    QCOMPARE(read.episodes, 2);
    QVERIFY((read.tasks == std::vector{TaskId{7}, TaskId{7}}));
    QCOMPARE(read.repeats, (std::vector{0, 1}));
    QCOMPARE(read.returns, (std::vector{1.5F, 2.0F, 1.5F, 0.25F}));
    QCOMPARE(read.lengths, (std::vector{2, 3, 2, 3}));
    QCOMPARE(read.environment_steps, 10);
  }

  void transitionsAndProvenanceAreKeptWhole() {
    writeRollouts(folder("b"), kSpec, twoStreams(), {{"policy", "source"}});
    const Shard shard(folder("b"));
    QVERIFY(shard.manifest().at("provenance") == nlohmann::json({{"policy", "source"}}));
    QVERIFY((shard.label(1) == HistoryLabel{.task = 7, .seed = 1}));
    const TransitionColumns columns = shard.columns(1);
    const Rollout expected = twoStreams().rollouts[1];
    QVERIFY(std::ranges::equal(columns.observations, expected.observations));
    QVERIFY(std::ranges::equal(columns.actions, expected.actions));
    QVERIFY(std::ranges::equal(columns.rewards, expected.rewards));
    QVERIFY(std::ranges::equal(columns.ends, expected.ends));
  }

  void episodesThatDoNotFitNameTheFolderAndTheStream_data() {
    QTest::addColumn<int>("asked");
    QTest::newRow("fewer than asked") << 3;
    QTest::newRow("more than asked") << 1;
  }
  void episodesThatDoNotFitNameTheFolderAndTheStream() {
    QFETCH(int, asked);
    const auto path = folder(asked == 1 ? "c1" : "c3");
    writeRollouts(path, kSpec, twoStreams(), nlohmann::json::object());
    const std::optional<Error> error = caughtError([&] { readRollouts(path, asked); });
    QVERIFY(error && error->code() == ErrorCode::Corrupt);
    const std::string message = error->what();
    QVERIFY(message.find(path.string() + ": stream 0 holds 2 episodes") != std::string::npos);
  }

  void missingFolderIsNotFound() {
    const std::optional<Error> error = caughtError([&] { readRollouts(folder("none"), 1); });
    QVERIFY(error && error->code() == ErrorCode::NotFound);
  }

  void unfinishedLastEpisodeIsLeftOut() {
    Rollout rollout = twoEpisodes(TaskId{0}, 0);
    rollout.ends.back() = kOn;
    std::vector<float> returns{9.0F};  // appended to
    std::vector<std::int32_t> lengths{9};
    appendEpisodeReturns({.observations = rollout.observations,
                          .actions = rollout.actions,
                          .rewards = rollout.rewards,
                          .ends = rollout.ends},
                         returns, lengths);
    QCOMPARE(returns, (std::vector{9.0F, 1.5F}));
    QCOMPARE(lengths, (std::vector{9, 2}));
  }

 private:
  std::filesystem::path folder(const std::string& name) const {
    return std::filesystem::path(scratch_.path().toStdString()) / name;
  }

  ScratchFolder scratch_;
};

QTEST_APPLESS_MAIN(RolloutFilesTest)
#include "rollout_files_test.moc"
