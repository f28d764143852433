// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/meta/trial_streams.h"

#include <QtTest>
#include <set>
#include <vector>

#include "tests/support/caught_error.h"

using namespace limbeck;

namespace {

constexpr int kStreams = 8;
constexpr int kEpisodes = 4;

std::unique_ptr<Environment> environmentOf(const char* name) {
  EnvironmentOptions options = defaultOptions(name);
  options.size = 5;
  options.horizon = 6;
  return makeEnvironment(options);
}

/// All that the streams say in one unroll of `steps` steps of the uniform policy.
struct Tape {
  std::vector<std::uint8_t> bytes;
  std::vector<float> rewards;
  bool operator==(const Tape&) const = default;
};

void play(TrialStreams& streams, std::int64_t index, int steps, Tape& tape) {
  const std::vector<float> uniform(kStreams * 5, 0.0F);
  std::vector<std::uint8_t> actions(kStreams);
  std::vector<std::uint8_t> trial_ends(kStreams);
  std::vector<float> rewards(kStreams);
  const auto add = [&](auto column) { tape.bytes.insert(tape.bytes.end(), column.begin(), column.end()); };
  streams.beginUnroll(index);
  for (int step = 0; step < steps; ++step) {
    const TokenColumns tokens = streams.tokens();
    add(tokens.observations);
    add(tokens.previous_actions);
    add(tokens.previous_ends);
    add(streams.begins());
    tape.rewards.insert(tape.rewards.end(), tokens.previous_rewards.begin(), tokens.previous_rewards.end());
    streams.drawActions(uniform, actions);
    streams.step(actions, rewards, trial_ends);
    add(std::span<const std::uint8_t>(trial_ends));
  }
}

TrialStreams makeStreams(const Environment& environment) {
  return {environment, {TaskId{1}, TaskId{4}, TaskId{7}}, kStreams, kEpisodes, Rng(Seed{3})};
}

}  // namespace

class TrialStreamsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Episodes of 6 steps, trials of 4 episodes; the first of stream s has 4 - s / 2 of them.
  void trialsHaveTheirEpisodesAndBeginSpread() {
    const auto environment = environmentOf("darkroom");
    TrialStreams streams = makeStreams(*environment);
    std::vector<std::uint8_t> actions(kStreams, 4);
    std::vector<std::uint8_t> trial_ends(kStreams);
    std::vector<float> rewards(kStreams);
    for (const std::uint8_t begins : streams.begins()) QCOMPARE(int{begins}, 1);
    for (int step = 1; step <= 72; ++step) {
      streams.step(actions, rewards, trial_ends);
      for (int stream = 0; stream < kStreams; ++stream) {
        const int first = 6 * (kEpisodes - stream / 2);
        const bool expected = step >= first && (step - first) % (6 * kEpisodes) == 0;
        QCOMPARE(trial_ends[stream] != 0, expected);
        QCOMPARE(streams.begins()[stream] != 0, expected);
        const TokenColumns tokens = streams.tokens();
        QCOMPARE(tokens.previous_ends[stream] != 0, step % 6 == 0 && !expected);  // a trial begins as a history does
        QCOMPARE(int{tokens.previous_actions[stream]}, expected ? 5 : 4);
      }
    }
  }

  // Standing still on the start in the middle pays where the start is the goal: allowed here, and a task among others.
  void tasksAreDrawnAnewForEveryTrial() {
    EnvironmentOptions options = defaultOptions("darkroom");
    options.size = 3;
    options.horizon = 2;
    options.allows_start_goal = true;
    const auto environment = makeEnvironment(options);
    std::vector<TaskId> tasks;
    for (int task = 0; task < environment->taskCount(); ++task) tasks.push_back(TaskId{task});
    TrialStreams streams(*environment, tasks, kStreams, 1, Rng(Seed{5}));
    const std::vector<std::uint8_t> stay(kStreams, 4);
    std::vector<std::uint8_t> trial_ends(kStreams);
    std::vector<float> rewards(kStreams);
    int paid = 0;
    constexpr int kTrials = 300;
    for (int step = 0; step < 2 * kTrials; ++step) {
      streams.step(stay, rewards, trial_ends);
      for (const float reward : rewards) paid += reward > 0.0F ? 1 : 0;
    }
    // One trial in 9 of 2400, two steps each: 533, with a deviation of 2 sqrt(2400 * 1/9 * 8/9) = 31. Five of them.
    QVERIFY2(std::abs(paid - 533) < 155, std::to_string(paid).c_str());
    const std::optional<double> mean = streams.takeMeanReturn();
    QCOMPARE(*mean, static_cast<double>(paid) / (kTrials * kStreams));
    QVERIFY(!streams.takeMeanReturn());
  }

  void resumedStreamsGoOnBitForBit_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("fixed start") << QByteArray("darkroom");
    QTest::newRow("random starts, hidden state") << QByteArray("key_to_door");
  }
  void resumedStreamsGoOnBitForBit() {
    QFETCH(QByteArray, name);
    const auto environment = environmentOf(name.constData());
    TrialStreams streams = makeStreams(*environment);
    Tape before;
    for (int unroll = 0; unroll < 5; ++unroll) play(streams, unroll, 7, before);
    const Tensor state = streams.exportState();
    TrialStreams resumed = makeStreams(*environment);
    resumed.importState(state);
    Tape expected;
    Tape tape;
    for (int unroll = 5; unroll < 15; ++unroll) {
      play(streams, unroll, 7, expected);
      play(resumed, unroll, 7, tape);
    }
    QVERIFY(tape == expected);
    QCOMPARE(resumed.exportState().values, streams.exportState().values);
  }

  void damagedStateIsRefused() {
    const auto environment = environmentOf("darkroom");
    TrialStreams streams = makeStreams(*environment);
    Tensor state = streams.exportState();
    for (const std::size_t number : {std::size_t{1}, std::size_t{3}, std::size_t{4}, std::size_t{5}}) {
      Tensor damaged = state;
      damaged.values[number] = 1e6F;
      QVERIFY(test::caughtError([&] { streams.importState(damaged); })->code() == ErrorCode::Corrupt);
      damaged.values[number] = std::numeric_limits<float>::quiet_NaN();
      QVERIFY(test::caughtError([&] { streams.importState(damaged); })->code() == ErrorCode::Corrupt);
    }
    state.shape[0] = 7;
    QVERIFY(test::caughtError([&] { streams.importState(state); })->code() == ErrorCode::Corrupt);
  }
};

QTEST_APPLESS_MAIN(TrialStreamsTest)
#include "trial_streams_test.moc"
