// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/hand_play.h"

#include <QTest>
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/experiment/replay.h"
#include "core/experiment/seed_outcome.h"
#include "core/model/attention_probe.h"
#include "core/model/context_window.h"
#include "tests/support/caught_error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/tiny_run.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

bool isSame(const TransitionColumns& a, const TransitionColumns& b) {
  return std::ranges::equal(a.observations, b.observations) && std::ranges::equal(a.actions, b.actions) &&
         std::ranges::equal(a.rewards, b.rewards) && std::ranges::equal(a.ends, b.ends);
}

}  // namespace

/// One tiny run, made once: a 3x3 room, 5 steps an episode, a context of 30 that drops 10.
class HandPlayTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    scratch_ = std::make_unique<ScratchFolder>();
    workspace_ = std::make_unique<Workspace>(scratch_->path().toStdString());
    runTiny(*workspace_, tinyRequest());
    run_ = workspace_->store().listRuns().front();
    replay_ = std::make_unique<Replay>(openReplay(*workspace_, run_));
    checkpoint_ = readCheckpoint(replay_->checkpoint);
  }
  void cleanup() { std::filesystem::remove_all(workspace_->rollouts() / "by_hand"); }
  void cleanupTestCase() {
    replay_.reset();
    workspace_.reset();
    scratch_.reset();
  }

  // 3x3 from its middle: right leads to (2,1), and the fifth step ends the episode, whose end no recording holds.
  void momentTellsWhereTheLastMoveArrived() {
    HandPlay play = playOn(replay_->tasks()[0]);
    QVERIFY(play.moment().arrived.empty());
    for (int step = 0; step < 5; ++step) {
      play.act(1);
      QCOMPARE(play.moment().arrived, (std::vector<std::uint8_t>{2, 1}));
    }
    QCOMPARE(play.moment().observation, (std::vector<std::uint8_t>{1, 1}));  // of the next episode
  }

  void sameActionsLeadWhereARolloutWent() {
    const auto rollout = replay_->stream(kPolicyAd, replay_->tasks()[1], 0);
    HandPlay play = playOn(replay_->tasks()[1]);
    for (std::int64_t row = 0; row < rollout->columns().rows(); ++row) {
      const auto place = static_cast<std::size_t>(row);
      const HandPlay::Step step = play.act(rollout->columns().actions[place]);
      QCOMPARE(step.reward, rollout->columns().rewards[place]);
      QCOMPARE(step.end, rollout->columns().ends[place]);
    }
    QVERIFY(isSame(play.recording()->columns(), rollout->columns()));
    QCOMPARE(play.recording()->label().task, rollout->label().task);
  }

  void leftToTheModelItIsTheEvaluationOfThatTask() {
    HandPlay play = playOn(replay_->tasks()[0]);
    for (int row = 0; row < 10 * 5; ++row) play.actAsModel();
    QVERIFY(std::ranges::all_of(play.movers(), [](Mover mover) { return mover == Mover::Model; }));

    SoloTeam team;
    const auto model = makeSequenceModel(checkpoint_.config, {}, team, Rng(Seed{}));
    model->importState(checkpoint_.tensors);
    TransformerPolicy policy(*model, {.drop_count = replay_->config.drop_count});
    const EvaluationResult result =
        evaluateInContext(*replay_->environment, std::array{replay_->tasks()[0]}, policy,
                          {.episodes = 10, .repeats = 1, .keep_rollouts = true}, Rng(kSeed), uninterrupted());
    const Rollout& rollout = result.rollouts.front();
    QVERIFY(
        isSame(play.recording()->columns(), {rollout.observations, rollout.actions, rollout.rewards, rollout.ends}));
  }

  // 60 rows: the context of 30 is full at row 30 and drops 10, and again at rows 40 and 50.
  void modelReadsWhateverWasDoneWhoeverDidIt() {
    HandPlay play = playOn(replay_->tasks()[0]);
    std::vector<HandPlay::Moment> moments;
    for (int row = 0; row < 60; ++row) {
      moments.push_back(play.moment());
      if (row % 3 == 0)
        play.actAsModel();
      else
        play.act(static_cast<Action>(row % 5));
    }
    const auto recording = play.recording();
    const AttentionProbe probe(checkpoint_);
    for (std::int64_t row = 0; row < 60; ++row) {
      const HandPlay::Moment& moment = moments[static_cast<std::size_t>(row)];
      const ContextWindow window = contextWindowAt(*recording, row, 30, 10, ContextUse::AcrossEpisodes);
      QCOMPARE(std::int64_t{moment.context_length}, window.length());
      QCOMPARE(moment.episode, static_cast<int>(row) / 5);
      QCOMPARE(moment.step, static_cast<int>(row) % 5);
      const std::vector<float> expected = probe.inspect(contextBatch(*recording, window)).log_probabilities;
      for (std::size_t action = 0; action < expected.size(); ++action)
        QVERIFY(std::abs(moment.log_probabilities[action] - expected[action]) < 1e-4F);
    }
    QVERIFY(play.movers()[3] == Mover::Model && play.movers()[4] == Mover::Hand);
  }

  void argmaxTakesTheMostLikely() {
    HandPlay play(replay_->config, checkpoint_,
                  {.task = replay_->tasks()[0], .seed = kSeed, .choice = ActionChoice::Argmax});
    for (int row = 0; row < 20; ++row) {
      const std::vector<float> preferences = play.moment().log_probabilities;
      const Action action = play.actAsModel().action;
      QCOMPARE(preferences[action], std::ranges::max(preferences));
    }
  }

  void recordingStaysAsItWasWhenPlayGoesOn() {
    HandPlay play = playOn(replay_->tasks()[0]);
    QCOMPARE(play.recording()->columns().rows(), std::int64_t{0});
    play.act(1);
    const auto early = play.recording();
    play.act(2);
    QCOMPARE(early->columns().rows(), std::int64_t{1});
    QCOMPARE(play.recording()->columns().rows(), std::int64_t{2});
  }

  // From the centre of a 3x3 room a goal is 1 or 2 steps away and pays at each of the 5 steps that end on it.
  void optimumIsTheTasks() {
    for (const TaskId task : replay_->tasks()) {
      const double optimum = playOn(task).optimalReturn();
      QVERIFY(optimum == 5.0 || optimum == 4.0);
    }
  }

  void keptPlayReadsBackTheSame() {
    HandPlay play = playOn(replay_->tasks()[1]);
    for (int row = 0; row < 7; ++row) play.act(static_cast<Action>(row % 5));
    for (int row = 0; row < 8; ++row) play.actAsModel();
    play.act(0);
    const std::filesystem::path folder = keepHandPlay(*workspace_, run_, replay_->config, play);
    QCOMPARE(folder, workspace_->rollouts() / "by_hand" / "AD-1_001");
    const std::vector<KeptHandPlay> kept = keptHandPlays(*workspace_, run_);
    QCOMPARE(kept.size(), std::size_t{1});
    QCOMPARE(kept[0].folder, folder);
    QCOMPARE(kept[0].movers, play.movers());
    QVERIFY(isSame(kept[0].stream->columns(), play.recording()->columns()));
    QCOMPARE(kept[0].stream->label(), play.recording()->label());
    const nlohmann::json provenance = Shard(folder).manifest().at("provenance");
    QCOMPARE(provenance.at("task").get<std::int32_t>(), static_cast<std::int32_t>(play.task()));
    QCOMPARE(provenance.at("task_name").get<std::string>(), replay_->environment->taskName(play.task()));
  }

  void playsAreFoundInOrderAndOnlyTheRuns() {
    HandPlay play = playOn(replay_->tasks()[0]);
    for (int count = 1; count <= 3; ++count) {
      play.act(1);
      keepHandPlay(*workspace_, run_, replay_->config, play);
    }
    RunRecord other = run_;
    other.id = RunId{11};  // "AD-11" begins with "AD-1"
    keepHandPlay(*workspace_, other, replay_->config, play);
    const std::vector<KeptHandPlay> kept = keptHandPlays(*workspace_, run_);
    QCOMPARE(kept.size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i) QCOMPARE(kept[i].movers.size(), i + 1);
    QCOMPARE(keptHandPlays(*workspace_, other).size(), std::size_t{1});
  }

  void damagedPlayIsLeftOutAndItsNumberNotUsedAgain() {
    HandPlay play = playOn(replay_->tasks()[0]);
    play.act(1);
    keepHandPlay(*workspace_, run_, replay_->config, play);
    const std::filesystem::path damaged = keepHandPlay(*workspace_, run_, replay_->config, play);
    std::filesystem::remove(damaged / "actions.npy");
    QCOMPARE(keptHandPlays(*workspace_, run_).size(), std::size_t{1});
    QCOMPARE(keepHandPlay(*workspace_, run_, replay_->config, play).filename().string(), std::string("AD-1_003"));
  }

  void playWithoutWordOfWhoActedIsLeftOut_data() {
    QTest::addColumn<QString>("movers");
    QTest::addRow("too few") << R"([["hand", 1]])";
    QTest::addRow("too many") << R"([["hand", 1], ["model", 2]])";
    QTest::addRow("nobody") << R"([["hand", 1], ["ghost", 1]])";
    QTest::addRow("backwards") << R"([["hand", 3], ["model", -1]])";
    QTest::addRow("other shape") << R"(["hand", "model"])";
    QTest::addRow("nothing") << "null";
  }

  void playWithoutWordOfWhoActedIsLeftOut() {
    QFETCH(QString, movers);
    HandPlay play = playOn(replay_->tasks()[0]);
    play.act(1);
    play.act(1);
    const std::filesystem::path folder = workspace_->rollouts() / "by_hand" / "AD-1_001";
    ShardWriter writer(folder, replay_->environment->spec(), {{"movers", nlohmann::json::parse(movers.toStdString())}});
    writer.append(play.recording()->label(), play.recording()->columns());
    writer.commit();
    QVERIFY(keptHandPlays(*workspace_, run_).empty());
  }

  void nothingToKeepAndNowhereToKeepItAreRefused() {
    HandPlay play = playOn(replay_->tasks()[0]);
    auto error = caughtError([&] { keepHandPlay(*workspace_, run_, replay_->config, play); });
    QVERIFY(error && error->code() == ErrorCode::InvalidArgument);
    play.act(1);
    const Workspace reader(scratch_->path().toStdString(), OpenMode::ReadOnly);
    error = caughtError([&] { keepHandPlay(reader, run_, replay_->config, play); });
    QVERIFY(error && error->code() == ErrorCode::InvalidArgument);
    QVERIFY(QString(error->what()).contains("read-only"));
    QVERIFY(keptHandPlays(reader, run_).empty());
  }

  void taskThatDoesNotExistIsRefused() {
    for (const int task : {-1, 8}) {  // a 3x3 room has 8 goals
      const auto error = caughtError([&] { playOn(static_cast<TaskId>(task)); });
      QVERIFY(error && error->code() == ErrorCode::InvalidArgument);
    }
  }

  void checkpointOfAnotherEnvironmentIsRefused() {
    ExperimentConfig config = replay_->config;
    config.environment.size = 5;
    const auto error = caughtError([&] { HandPlay(config, checkpoint_, {.task = TaskId{0}, .seed = kSeed}); });
    QVERIFY(error && error->code() == ErrorCode::InvalidArgument);
  }

 private:
  static constexpr Seed kSeed{7};

  HandPlay playOn(TaskId task) const { return HandPlay(replay_->config, checkpoint_, {.task = task, .seed = kSeed}); }

  std::unique_ptr<ScratchFolder> scratch_;
  std::unique_ptr<Workspace> workspace_;
  RunRecord run_;
  std::unique_ptr<Replay> replay_;
  Checkpoint checkpoint_;
};

QTEST_APPLESS_MAIN(HandPlayTest)
#include "hand_play_test.moc"
