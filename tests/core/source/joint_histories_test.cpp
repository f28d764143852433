// SPDX-License-Identifier: GPL-3.0-or-later
// Histories whose streams share one learner, through the generator.
#include <QtTest>
#include <atomic>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/data/history_dataset.h"
#include "core/source/history_generator.h"
#include "tests/support/plain_team.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck;
namespace fs = std::filesystem;

namespace {

/// Asks for a stop when it was looked at `looks` times; may take its time over each look.
class StopAfter final : public WorkControl {
 public:
  explicit StopAfter(int looks, std::chrono::milliseconds pause = {}) : looks_left_(looks), pause_(pause) {}
  bool stopRequested() const override { return looks_left_.fetch_sub(1) <= 0; }
  void pauseIfAsked() override { std::this_thread::sleep_for(pause_); }

 private:
  mutable std::atomic<int> looks_left_;
  std::chrono::milliseconds pause_;
};

std::unique_ptr<Environment> smallRoom() {
  EnvironmentOptions options = defaultOptions("darkroom");
  options.size = 3;
  options.horizon = 4;
  return makeEnvironment(options);
}

SourceOptions fourActors() {
  SourceOptions source;
  source.algorithm = "a2c";
  source.episodes = 30;
  source.actors = 4;
  source.hidden_layers = 1;
  source.hidden_width = 16;
  source.network_learning_rate = 0.01;
  source.rollout_steps = 8;
  return source;
}

const std::vector<TaskId> kTasks = {TaskId{0}, TaskId{1}, TaskId{2}, TaskId{4}, TaskId{5}};
constexpr GenerationOptions kGeneration{.histories_per_task = 8,
                                        .tasks_per_shard = 2};  // 3 shards, the last of one task

void generate(const fs::path& directory, int workers = 1, WorkControl& control = uninterrupted(),
              const std::function<void(const GenerationSnapshot&)>& on_progress = {}) {
  test::PlainTeam team(workers);
  generateHistories(*smallRoom(), kTasks, fourActors(), kGeneration, nullptr, directory, Rng(Seed{1}), team,
                    on_progress, control);
}

std::map<std::string, std::string> contents(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files[fs::relative(entry.path(), directory).string()] = readTextFile(entry.path());
  }
  return files;
}

fs::path pathIn(const QTemporaryDir& folder, const char* name) {
  return fs::path(folder.path().toStdString()) / name;
}

}  // namespace

class JointHistoriesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { log::setLevel(log::Level::Off); }

  void historiesAreThoseOfWholeLearners() {
    const test::ScratchFolder folder;
    generate(pathIn(folder, "h"));
    const HistoryDataset dataset(pathIn(folder, "h"));
    QCOMPARE(dataset.histories(), 40);
    const auto source = makeSourceAlgorithm(fourActors());
    for (int first = 0; first < 40; first += 4) {
      const TaskId task = kTasks[first / 8];
      std::vector<Rng> streams;
      for (int i = first; i < first + 4; ++i) {
        const auto seed = static_cast<std::uint64_t>(i % 8);
        QVERIFY((dataset.label(i) == HistoryLabel{static_cast<std::int32_t>(task), seed}));
        streams.push_back(Rng(Seed{1}).split("history", static_cast<std::uint64_t>(task) << 32 | seed));
      }
      std::vector<HistoryBuffer> expected(4);
      source->learnEach(smallRoom()->makeTask(task), streams, expected);
      for (int i = 0; i < 4; ++i) QVERIFY(std::ranges::equal(dataset.columns(first + i).actions, expected[i].actions));
    }
  }

  void shardsAreByteIdenticalForAnyNumberOfWorkers() {
    const test::ScratchFolder folder;
    generate(pathIn(folder, "one"));
    generate(pathIn(folder, "three"), 3);
    QCOMPARE(contents(pathIn(folder, "one")).size(), std::size_t{3 * 6});
    QVERIFY(contents(pathIn(folder, "three")) == contents(pathIn(folder, "one")));
  }

  void stopIsHeardWithinALearnerAndTheRestIsMadeLater() {
    const test::ScratchFolder folder;
    // A learner looks up after every rollout, 15 times; with one look before it and one before each shard there are 65
    // looks to a shard. The stop comes within the second one's first learner.
    StopAfter control(70);
    try {
      generate(pathIn(folder, "h"), 1, control);
      QFAIL("was not stopped");
    } catch (const Cancelled& cancelled) {
      QCOMPARE(QString::fromStdString(cancelled.kept()), QString("1 of 3 shards of histories"));
    }
    QCOMPARE(contents(pathIn(folder, "h")).size(), std::size_t{6});
    generate(pathIn(folder, "h"), 2);
    generate(pathIn(folder, "straight"));
    QVERIFY(contents(pathIn(folder, "h")) == contents(pathIn(folder, "straight")));
  }

  void curveGrowsWhileALearnerLearns() {
    // Each look takes 5 milliseconds, so the telling, every 50 of them, falls due within a learner's 15 rollouts.
    const test::ScratchFolder folder;
    StopAfter slow(1'000'000, std::chrono::milliseconds(5));
    std::size_t part_of_a_curve = 0;
    std::size_t shown = 0;
    std::int64_t transitions = 0;
    GenerationSnapshot last;
    const auto watch = [&](const GenerationSnapshot& snapshot) {
      if (snapshot.mean_returns.size() % 30 != 0) ++part_of_a_curve;
      if (snapshot.newest != nullptr && snapshot.newest->columns.rows() == 30 * 4) ++shown;
      QVERIFY(snapshot.transitions >= transitions);
      transitions = snapshot.transitions;
      last = snapshot;
    };
    generate(pathIn(folder, "h"), 1, slow, watch);
    QVERIFY(part_of_a_curve > 0);
    QVERIFY(shown > 0);
    QCOMPARE(last.histories_done, 40);
    QCOMPARE(last.transitions, 40 * 30 * 4);
    GenerationSnapshot again;
    generate(pathIn(folder, "h"), 1, uninterrupted(), [&](const GenerationSnapshot& snapshot) { again = snapshot; });
    QCOMPARE(again.transitions, last.transitions);  // read back from the shards, it is all counted as well
    QCOMPARE(again.mean_returns, last.mean_returns);
  }

  void sourceThatDoesNotSuitIsRefusedBeforeAnythingIsMade() {
    const test::ScratchFolder folder;
    SoloTeam team;
    const auto refusal = [&](const SourceOptions& source, const GenerationOptions& options) {
      try {
        generateHistories(*smallRoom(), kTasks, source, options, nullptr, pathIn(folder, "h"), Rng(Seed{1}), team, {},
                          uninterrupted());
      } catch (const Error& error) {
        return std::string(error.code() == ErrorCode::InvalidArgument ? error.what() : "");
      }
      return std::string("accepted");
    };
    const std::string parts = refusal(fourActors(), {.histories_per_task = 6, .tasks_per_shard = 2});
    QVERIFY2(parts.find("6") != std::string::npos && parts.find("multiple of 4") != std::string::npos, parts.c_str());
    SourceOptions ucb;
    ucb.algorithm = "ucb";
    const std::string bandit = refusal(ucb, kGeneration);
    QVERIFY2(bandit.find("bandits") != std::string::npos, bandit.c_str());
    QVERIFY(!fs::exists(pathIn(folder, "h")));
  }
};

QTEST_APPLESS_MAIN(JointHistoriesTest)
#include "joint_histories_test.moc"
