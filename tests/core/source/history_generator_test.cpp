// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/history_generator.h"

#include <QtTest>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/data/history_dataset.h"
#include "core/source/oracle_plan.h"
#include "tests/support/plain_team.h"
#include "tests/support/scratch_folder.h"

using namespace limbeck;
namespace fs = std::filesystem;

namespace {

/// Asks for a stop when it was looked at `looks` times.
class StopAfter final : public WorkControl {
 public:
  explicit StopAfter(int looks) : looks_left_(looks) {}
  bool stopRequested() const override { return looks_left_.fetch_sub(1) <= 0; }
  void pauseIfAsked() override { ++pauses_; }
  int pauses() const { return pauses_; }

 private:
  mutable std::atomic<int> looks_left_;
  std::atomic<int> pauses_ = 0;
};

std::unique_ptr<Environment> smallRoom() {
  EnvironmentOptions options = defaultOptions("darkroom");
  options.size = 3;
  options.horizon = 4;
  return makeEnvironment(options);
}

SourceOptions shortSource() {
  SourceOptions source;
  source.episodes = 6;
  return source;
}

const std::vector<TaskId> kTasks = {TaskId{0}, TaskId{1}, TaskId{2}, TaskId{4}, TaskId{5}, TaskId{6}, TaskId{7}};
constexpr GenerationOptions kGeneration{.histories_per_task = 5,
                                        .tasks_per_shard = 2};  // 4 shards, the last of one task

struct Call {
  SourceOptions source = shortSource();
  std::uint64_t seed = 1;
  int workers = 1;
  WorkControl* control = &uninterrupted();
  std::function<void(const GenerationSnapshot&)> on_progress = {};
  bool oracle_labels = false;
};

void generate(const fs::path& directory, const Call& call = {}) {
  test::PlainTeam team(call.workers);
  const auto environment = smallRoom();
  GenerationOptions options = kGeneration;
  options.oracle_labels = call.oracle_labels;
  generateHistories(*environment, kTasks, call.source, options, {{"experiment", "test"}}, directory,
                    Rng(Seed{call.seed}), team, call.on_progress, *call.control);
}

/// Every file under a folder, hidden ones too, by its relative path.
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

class HistoryGeneratorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { log::setLevel(log::Level::Off); }

  void shardsAreByteIdenticalForAnyNumberOfWorkers() {
    const test::ScratchFolder folder;
    generate(pathIn(folder, "one"));
    const auto expected = contents(pathIn(folder, "one"));
    QCOMPARE(expected.size(), 4U * 6U);
    for (const int workers : {2, 3}) {
      const fs::path path = pathIn(folder, workers == 2 ? "two" : "three");
      generate(path, {.workers = workers});
      QVERIFY(contents(path) == expected);
    }
    generate(pathIn(folder, "other seed"), {.seed = 2});
    QVERIFY(contents(pathIn(folder, "other seed")) != expected);
  }

  void historiesAreThoseOfTheAlgorithmInOrder() {
    const test::ScratchFolder folder;
    generate(pathIn(folder, "h"));
    const HistoryDataset dataset(pathIn(folder, "h"));
    QCOMPARE(dataset.histories(), 35);
    const auto environment = smallRoom();
    const auto source = makeSourceAlgorithm(shortSource());
    for (int history = 0; history < 35; ++history) {
      const TaskId task = kTasks[history / 5];
      const auto seed = static_cast<std::uint64_t>(history % 5);
      QVERIFY((dataset.label(history) == HistoryLabel{static_cast<std::int32_t>(task), seed}));
      HistoryBuffer expected;
      const std::uint64_t stream = static_cast<std::uint64_t>(task) << 32 | seed;
      source->learn(environment->makeTask(task), Rng(Seed{1}).split("history", stream), expected);
      QVERIFY(std::ranges::equal(dataset.columns(history).actions, expected.actions));
      QVERIFY(std::ranges::equal(dataset.columns(history).rewards, expected.rewards));
    }
  }

  void labelsAreTheOraclesAndChangeNothingElse() {
    const test::ScratchFolder folder;
    generate(pathIn(folder, "plain"));
    generate(pathIn(folder, "labelled"), {.workers = 2, .oracle_labels = true});
    generate(pathIn(folder, "again"), {.oracle_labels = true});
    QVERIFY(contents(pathIn(folder, "labelled")) == contents(pathIn(folder, "again")));
    const auto plain = contents(pathIn(folder, "plain"));
    const auto labelled = contents(pathIn(folder, "labelled"));
    QCOMPARE(labelled.size(), 4U * 7U);
    for (const auto& [file, content] : plain) {
      if (!file.ends_with("manifest.json")) QVERIFY2(labelled.at(file) == content, file.c_str());
    }
    const HistoryDataset dataset(pathIn(folder, "labelled"));
    const auto environment = smallRoom();
    for (int history = 0; history < dataset.histories(); ++history) {
      const OraclePlan plan(environment->makeTask(kTasks[history / 5]));
      const TransitionColumns columns = dataset.columns(history);
      for (int row = 0; row < 24; ++row) {
        // The room has a state for each cell, row by row; the agent sees (x, y), and all episodes are of 4 steps.
        const int state = 3 * columns.observations[2 * row + 1] + columns.observations[2 * row];
        QCOMPARE(columns.labels[row], plan.action(row % 4, state, 0));
      }
    }
    // They are no part of what stands there without them.
    QVERIFY_THROWS_EXCEPTION(Error, generate(pathIn(folder, "plain"), {.oracle_labels = true}));
  }

  void manifestHoldsEverythingThatMadeIt() {
    const test::ScratchFolder folder;
    generate(pathIn(folder, "h"));
    const Shard shard(pathIn(folder, "h") / "shard_00003");
    const nlohmann::json& provenance = shard.manifest().at("provenance");
    QCOMPARE(provenance.at("experiment").get<std::string>(), "test");
    QCOMPARE(provenance.at("environment").at("horizon").get<int>(), 4);
    QCOMPARE(provenance.at("source").at("episodes").get<int>(), 6);
    QCOMPARE(provenance.at("generation").at("histories_per_task").get<int>(), 5);
    QVERIFY(provenance.at("generation").contains("stream"));
  }

  void stoppedGenerationKeepsWholeShardsAndGoesOn_data() {
    QTest::addColumn<int>("looks");
    // One look before each shard, and two for each of its two tasks: before four histories and before the fifth.
    QTest::newRow("at once") << 0;
    QTest::newRow("in the first shard") << 3;
    QTest::newRow("between two shards") << 5;
    QTest::newRow("in the second shard") << 8;
    QTest::newRow("in the last shard") << 16;
  }
  void stoppedGenerationKeepsWholeShardsAndGoesOn() {
    QFETCH(int, looks);
    const test::ScratchFolder folder;
    StopAfter control(looks);
    const int whole = looks / 5;
    try {
      generate(pathIn(folder, "h"), {.control = &control});
      QFAIL("was not stopped");
    } catch (const Cancelled& cancelled) {
      QCOMPARE(QString::fromStdString(cancelled.kept()), QString("%1 of 4 shards of histories").arg(whole));
    }
    QVERIFY(control.pauses() >= looks);
    QCOMPARE(contents(pathIn(folder, "h")).size(), static_cast<std::size_t>(whole) * 6);  // nothing half-made is left
    const auto first_time = whole > 0 ? fs::last_write_time(pathIn(folder, "h") / "shard_00000") : fs::file_time_type{};
    generate(pathIn(folder, "h"), {.workers = 2});
    generate(pathIn(folder, "straight"));
    QVERIFY(contents(pathIn(folder, "h")) == contents(pathIn(folder, "straight")));
    if (whole > 0)
      QVERIFY(fs::last_write_time(pathIn(folder, "h") / "shard_00000") == first_time);  // it was not made again
  }

  void damagedShardIsMadeAgain() {
    const test::ScratchFolder folder;
    generate(pathIn(folder, "h"));
    const auto expected = contents(pathIn(folder, "h"));
    fs::resize_file(pathIn(folder, "h") / "shard_00001/rewards.npy", 100);
    fs::remove(pathIn(folder, "h") / "shard_00002/manifest.json");
    generate(pathIn(folder, "h"));
    QVERIFY(contents(pathIn(folder, "h")) == expected);
  }

  void historiesOfAnotherConfigurationAreNotTouched() {
    const test::ScratchFolder folder;
    generate(pathIn(folder, "h"));
    const auto before = contents(pathIn(folder, "h"));
    Call other;
    other.source.discount = 0.8;
    try {
      generate(pathIn(folder, "h"), other);
      QFAIL("was overwritten");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::InvalidArgument);
      QVERIFY2(std::string(error.what()).find("another configuration") != std::string::npos, error.what());
    }
    QVERIFY_THROWS_EXCEPTION(Error, generate(pathIn(folder, "h"), {.seed = 9}));
    QVERIFY(contents(pathIn(folder, "h")) == before);
  }

  void shardOfANewerVersionIsNotTouched() {
    const test::ScratchFolder folder;
    const fs::path manifest = pathIn(folder, "h") / "shard_00000/manifest.json";
    createDirectories(manifest.parent_path());
    writeFileAtomically(manifest, R"({"format": "limbeck-history", "format_version": 2})");
    try {
      generate(pathIn(folder, "h"), {.workers = 3});
      QFAIL("was overwritten");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::UnsupportedVersion);
    }
    QVERIFY(fs::exists(manifest));
  }

  void lastSnapshotCountsEverything() {
    const test::ScratchFolder folder;
    GenerationSnapshot last;
    const auto keep = [&](const GenerationSnapshot& snapshot) { last = snapshot; };
    generate(pathIn(folder, "h"), {.workers = 2, .on_progress = keep});
    QCOMPARE(last.histories_done, 35);
    QCOMPARE(last.transitions, 35 * 6 * 4);
    const HistoryDataset dataset(pathIn(folder, "h"));
    std::vector<double> means(6, 0.0);
    for (int history = 0; history < 35; ++history) {
      const TransitionColumns columns = dataset.columns(history);
      for (int row = 0; row < 24; ++row) means[row / 4] += static_cast<double>(columns.rewards[row]) / 35;
    }
    for (int episode = 0; episode < 6; ++episode)
      QVERIFY(std::abs(last.mean_returns[episode] - means[episode]) < 1e-12);
    // What stood there already counts as well.
    GenerationSnapshot again;
    generate(pathIn(folder, "h"), {.on_progress = [&](const GenerationSnapshot& snapshot) { again = snapshot; }});
    QCOMPARE(again.histories_done, 35);
    QCOMPARE(again.mean_returns, last.mean_returns);
  }

  // Twenty looks, before every shard and every four histories, of 15 milliseconds each: the telling, every 50 ms, falls
  // due at least twice.
  void whoeverWatchesSeesAHistoryThatWasJustFinished() {
    class Slow final : public WorkControl {
      void pauseIfAsked() override { std::this_thread::sleep_for(std::chrono::milliseconds(15)); }
    };
    const test::ScratchFolder folder;
    Slow slow;
    std::map<std::pair<std::int32_t, std::uint64_t>, std::vector<Action>> seen;
    bool had_last_history = false;
    const auto keep = [&](const GenerationSnapshot& snapshot) {
      had_last_history = snapshot.newest != nullptr;
      if (!had_last_history) return;
      const FinishedHistory& history = *snapshot.newest;
      seen[{history.label.task, history.label.seed}] = {history.columns.actions.begin(), history.columns.actions.end()};
    };
    generate(pathIn(folder, "h"), {.workers = 2, .control = &slow, .on_progress = keep});
    QVERIFY(!seen.empty());
    QVERIFY(!had_last_history);  // the last telling is of all, and no history is in memory any more
    const HistoryDataset dataset(pathIn(folder, "h"));
    std::size_t found = 0;
    for (int history = 0; history < dataset.histories(); ++history) {
      const auto place = seen.find({dataset.label(history).task, dataset.label(history).seed});
      if (place == seen.end()) continue;
      ++found;
      QVERIFY(std::ranges::equal(place->second, dataset.columns(history).actions));
    }
    QCOMPARE(found, seen.size());
  }

  void nothingToGenerateIsRefused() {
    const test::ScratchFolder folder;
    const auto environment = smallRoom();
    SoloTeam team;
    const auto call = [&](std::span<const TaskId> tasks, const GenerationOptions& options) {
      generateHistories(*environment, tasks, shortSource(), options, nullptr, pathIn(folder, "h"), Rng(Seed{1}), team,
                        {}, uninterrupted());
    };
    QVERIFY_THROWS_EXCEPTION(Error, call({}, kGeneration));
    QVERIFY_THROWS_EXCEPTION(Error, call(kTasks, {.histories_per_task = 0, .tasks_per_shard = 1}));
    QVERIFY_THROWS_EXCEPTION(Error, call(kTasks, {.histories_per_task = 1, .tasks_per_shard = 0}));
  }
};

QTEST_APPLESS_MAIN(HistoryGeneratorTest)
#include "history_generator_test.moc"
