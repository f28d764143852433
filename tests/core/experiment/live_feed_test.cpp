// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/live_feed.h"

#include <QtTest>
#include <chrono>
#include <map>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/shard.h"
#include "core/experiment/evaluation_stage.h"
#include "core/experiment/training_stage.h"
#include "core/model/checkpoint.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/tiny_run.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

/// Watches a run as a window would, and slows the source agents down to a pace at which there is something to see: 40
/// histories of 4 ms against a telling every 50 ms.
class Watcher final : public WorkControl {
 public:
  explicit Watcher(const LiveFeed& feed) : feed_(feed) {}

  void pauseIfAsked() override {
    const LiveSnapshot now = feed_.snapshot();
    if (now.stage == "histories") std::this_thread::sleep_for(std::chrono::milliseconds(4));
    if (now.version == last_version_) return;
    is_rising_ &= now.version > last_version_;
    last_version_ = now.version;
    if (now.histories) histories_.push_back(now.histories);
    if (now.play) plays_[{now.play->split, now.play->step}] = now.play;
  }

  bool isRising() const { return is_rising_; }
  const std::vector<std::shared_ptr<const LiveHistories>>& histories() const { return histories_; }
  std::shared_ptr<const LivePlay> play(const std::string& split, std::int64_t step) { return plays_[{split, step}]; }

 private:
  const LiveFeed& feed_;
  std::uint64_t last_version_ = 0;
  bool is_rising_ = true;
  std::vector<std::shared_ptr<const LiveHistories>> histories_;
  std::map<std::pair<std::string, std::int64_t>, std::shared_ptr<const LivePlay>> plays_;
};

std::string lastCheckpoint(const Workspace& workspace, const RunRequest& request) {
  return readTextFile(CheckpointFolder(checkpointDirectory(workspace, request.config)).pathOf(60));
}

/// Stops after training has done 30 of its 60 steps.
class StopHalfway final : public WorkControl {
 public:
  bool stopRequested() const override { return is_stopped_; }
  void report(const Progress& progress) override { is_stopped_ |= progress.what == "steps" && progress.done == 30; }

 private:
  bool is_stopped_ = false;
};

}  // namespace

class LiveFeedTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void snapshotHasTheNewestOfEachAndStaysAsItIs() {
    LiveFeed feed;
    QVERIFY(feed.snapshot().version == 0 && !feed.snapshot().histories && !feed.snapshot().play);
    feed.publishStage("training");
    feed.publish(LiveTraining{.step = 1});
    const LiveSnapshot earlier = feed.snapshot();
    feed.publish(LiveTraining{.step = 2});
    feed.publish(LivePlay{.policy = "ad"});
    const LiveSnapshot now = feed.snapshot();
    QCOMPARE(earlier.training->step, std::int64_t{1});
    QCOMPARE(now.training->step, std::int64_t{2});
    QCOMPARE(now.play->policy, std::string("ad"));
    QCOMPARE(now.stage, std::string("training"));
    QVERIFY(!now.histories);
    QCOMPARE(earlier.version, std::uint64_t{2});
    QCOMPARE(now.version, std::uint64_t{4});
  }

  void watchedRunTellsWhatItMakesAndMakesTheSame() {
    const ScratchFolder folder;
    const Workspace workspace(folder.path().toStdString());
    LiveFeed feed;
    Watcher watcher(feed);
    RunRequest request = tinyRequest();
    request.live = &feed;
    const SeedOutcome watched = runTiny(workspace, request, watcher);
    const LiveSnapshot last = feed.snapshot();
    QVERIFY(watcher.isRising());
    QCOMPARE(last.stage, std::string("evaluation"));

    // 5 training tasks, 8 times each, of 24 episodes.
    QCOMPARE(last.histories->histories_done, std::int64_t{40});
    QCOMPARE(last.histories->histories_total, std::int64_t{40});
    QCOMPARE(last.histories->transitions, std::int64_t{40 * 24 * 5});
    QCOMPARE(last.histories->mean_returns, workspace.store().metrics(RunId{1}, "source_return").values);
    QVERIFY(last.histories->sample);
    QCOMPARE(last.histories->sample->episodes(), 24);
    QVERIFY(watcher.histories().front()->histories_done < 40);

    QCOMPARE(last.training->step, std::int64_t{60});
    QCOMPARE(last.training->losses, workspace.store().metrics(RunId{1}, "loss").values);
    QCOMPARE(last.training->loss_steps.back(), 60.0);
    QCOMPARE(last.training->loss, last.training->losses.back());

    compareValidation(watcher, workspace);
    compareHeldOut(*last.play, workspace, request);

    const ScratchFolder other;
    const Workspace unwatched(other.path().toStdString());
    const SeedOutcome plain = runTiny(unwatched, tinyRequest());
    QVERIFY(lastCheckpoint(workspace, request) == lastCheckpoint(unwatched, request));
    for (std::size_t policy = 0; policy < 3; ++policy) {
      QCOMPARE(watched.policies[policy].scored.result.returns, plain.policies[policy].scored.result.returns);
    }
  }

  void resumedTrainingTellsTheWholeCurve() {
    const ScratchFolder folder;
    const Workspace workspace(folder.path().toStdString());
    RunRequest request = tinyRequest({}, StageLimit::Training);
    StopHalfway control;
    QVERIFY_THROWS_EXCEPTION(Cancelled, runTiny(workspace, request, control));
    LiveFeed feed;
    request.live = &feed;
    runTiny(workspace, request);
    const LiveSnapshot last = feed.snapshot();
    QCOMPARE(last.training->loss_steps.size(), std::size_t{60});
    QCOMPARE(last.training->losses, workspace.store().metrics(RunId{1}, "loss").values);
  }

 private:
  /// One validation task, once, six episodes of five steps, after step 40.
  static void compareValidation(Watcher& watcher, const Workspace& workspace) {
    const std::shared_ptr<const LivePlay> play = watcher.play("validation", 40);
    QVERIFY(play);
    const CurveRecord curve = workspace.store().curves(RunId{1}, "ad", "validation")[1];
    QCOMPARE(play->streams.size(), std::size_t{1});
    QCOMPARE(play->streams[0]->columns().rows(), std::int64_t{30});
    QCOMPARE(std::int64_t{play->streams[0]->label().task}, curve.task_ids[0]);
    for (int episode = 0; episode < 6; ++episode) {
      QCOMPARE(play->mean_returns[static_cast<std::size_t>(episode)], double{curve.returns[episode]});
      QCOMPARE(play->streams[0]->returnOf(episode), curve.returns[episode]);
    }
    QCOMPARE(play->optimum, curve.optimal_returns[0]);
    QCOMPARE(play->random, curve.random_returns[0]);
  }

  /// The last play is the control's: two tasks, twice each, of which the first time is shown.
  static void compareHeldOut(const LivePlay& play, const Workspace& workspace, const RunRequest& request) {
    QCOMPARE(play.policy, std::string("ad_cleared"));
    QCOMPARE(play.split, std::string("held_out"));
    QCOMPARE(play.episodes, 10);
    QCOMPARE(play.mean_returns.size(), std::size_t{10});
    QCOMPARE(play.streams.size(), std::size_t{2});
    const Shard kept(rolloutDirectory(workspace, request.config) / "ad_cleared");
    for (int task = 0; task < 2; ++task) {
      const RecordedStream& stream = *play.streams[static_cast<std::size_t>(task)];
      QVERIFY(stream.label() == kept.label(2 * task));
      QVERIFY(std::ranges::equal(stream.columns().actions, kept.columns(2 * task).actions));
      QVERIFY(std::ranges::equal(stream.columns().rewards, kept.columns(2 * task).rewards));
    }
  }
};

QTEST_APPLESS_MAIN(LiveFeedTest)
#include "live_feed_test.moc"
