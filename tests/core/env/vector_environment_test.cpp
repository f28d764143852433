// SPDX-License-Identifier: GPL-3.0-or-later
// What is the vector environment's own and not the rules': resets, starts, and calls that are bugs. The rest is in the
// conformance suite.
#include "core/env/vector_environment.h"

#include <QtTest>

#include <array>
#include <vector>

#include "core/base/check.h"

using namespace limbeck;

class VectorEnvironmentTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void lastTransitionIsApartFromTheNextEpisode();
  void streamsEndAndResetOnTheirOwn();
  void resetAbandonsTheEpisode();
  void randomStartsAreUniform();
  void wrongCallsAreBugs();
};

namespace {

EnvironmentOptions smallRoom() {
  EnvironmentOptions options = defaultOptions("darkroom");
  options.size = 3;
  options.horizon = 2;
  return options;
}

}  // namespace

// Two steps to the left from (1,1): the second one, into the wall, ends the episode at (0,1); the next begins at (1,1).
void VectorEnvironmentTest::lastTransitionIsApartFromTheNextEpisode() {
  const auto environment = makeEnvironment(smallRoom());
  VectorEnvironment streams(*environment, std::vector{TaskId{0}}, Rng(Seed{1}));
  std::array<std::uint8_t, 2> observations = {};
  std::array<std::uint8_t, 2> arrived = {};
  std::array<float, 1> rewards = {};
  std::array<End, 1> ends = {};
  const std::array<Action, 1> left = {0};
  streams.reset(observations);
  for (int episode = 0; episode < 2; ++episode) {
    QCOMPARE(observations, (std::array<std::uint8_t, 2>{1, 1}));
    streams.step(left, {rewards, ends, arrived, observations});
    QCOMPARE(ends[0], End::None);
    QCOMPARE(observations, arrived);
    streams.step(left, {rewards, ends, arrived, observations});
    QCOMPARE(ends[0], End::Truncated);
    QCOMPARE(arrived, (std::array<std::uint8_t, 2>{0, 1}));
  }
}

// Both goals end the episode. Up reaches (1,0) at once, every step; the stream with goal (0,0) walks against the wall
// to its horizon.
void VectorEnvironmentTest::streamsEndAndResetOnTheirOwn() {
  EnvironmentOptions options = smallRoom();
  options.ends_at_goal = true;
  const auto environment = makeEnvironment(options);
  QCOMPARE(environment->taskName(TaskId{1}), std::string("goal (1,0)"));
  VectorEnvironment streams(*environment, std::vector{TaskId{1}, TaskId{0}}, Rng(Seed{1}));
  std::array<std::uint8_t, 4> observations = {};
  std::array<std::uint8_t, 4> arrived = {};
  std::array<float, 2> rewards = {};
  std::array<End, 2> ends = {};
  const std::array<Action, 2> up = {2, 2};
  streams.reset(observations);
  streams.step(up, {rewards, ends, arrived, observations});
  QCOMPARE(ends, (std::array{End::Terminated, End::None}));
  QCOMPARE(rewards, (std::array{1.0F, 0.0F}));
  QCOMPARE(observations, (std::array<std::uint8_t, 4>{1, 1, 1, 0}));
  streams.step(up, {rewards, ends, arrived, observations});
  QCOMPARE(ends, (std::array{End::Terminated, End::Truncated}));
  QCOMPARE(arrived, (std::array<std::uint8_t, 4>{1, 0, 1, 0}));
  QCOMPARE(observations, (std::array<std::uint8_t, 4>{1, 1, 1, 1}));
}

void VectorEnvironmentTest::resetAbandonsTheEpisode() {
  const auto environment = makeEnvironment(smallRoom());
  VectorEnvironment streams(*environment, std::vector{TaskId{0}}, Rng(Seed{1}));
  std::array<std::uint8_t, 2> observations = {};
  std::array<std::uint8_t, 2> arrived = {};
  std::array<float, 1> rewards = {};
  std::array<End, 1> ends = {};
  streams.reset(observations);
  for (int i = 0; i < 3; ++i) {  // one step of two each time: none may be the last
    streams.step(std::array<Action, 1>{1}, {rewards, ends, arrived, observations});
    QCOMPARE(ends[0], End::None);
    streams.reset(observations);
    QCOMPARE(observations, (std::array<std::uint8_t, 2>{1, 1}));
  }
}

// 9 cells, 90000 starts over 10 streams: chi-square with 8 degrees of freedom exceeds 42.7 once in a million.
void VectorEnvironmentTest::randomStartsAreUniform() {
  EnvironmentOptions options = smallRoom();
  options.start = StartRule::Random;
  const auto environment = makeEnvironment(options);
  VectorEnvironment streams(*environment, std::vector<TaskId>(10, TaskId{4}), Rng(Seed{1}));
  std::vector<std::uint8_t> observations(20);
  std::array<int, 9> counts = {};
  for (int i = 0; i < 9000; ++i) {
    streams.reset(observations);
    for (int stream = 0; stream < 10; ++stream) ++counts[observations[2 * stream] + 3 * observations[2 * stream + 1]];
  }
  double statistic = 0.0;
  for (const int count : counts) statistic += (count - 10000.0) * (count - 10000.0) / 10000.0;
  QVERIFY2(statistic < 42.7, qPrintable(QString::number(statistic)));
}

void VectorEnvironmentTest::wrongCallsAreBugs() {
  const auto environment = makeEnvironment(smallRoom());
  VectorEnvironment streams(*environment, std::vector{TaskId{0}}, Rng(Seed{1}));
  std::array<std::uint8_t, 2> observations = {};
  std::array<std::uint8_t, 2> arrived = {};
  std::array<std::uint8_t, 3> three_bytes = {};
  std::array<float, 1> rewards = {};
  std::array<End, 1> ends = {};
  QVERIFY_THROWS_EXCEPTION(BugError, streams.reset(three_bytes));
  streams.reset(observations);
  const std::array<Action, 1> no_such_action = {5};
  const std::array<Action, 2> two_actions = {0, 0};
  QVERIFY_THROWS_EXCEPTION(BugError, streams.step(no_such_action, {rewards, ends, arrived, observations}));
  QVERIFY_THROWS_EXCEPTION(BugError, streams.step(two_actions, {rewards, ends, arrived, observations}));
  QVERIFY_THROWS_EXCEPTION(BugError, environment->makeTask(TaskId{8}));
  QVERIFY_THROWS_EXCEPTION(BugError, environment->taskName(TaskId{-1}));
}

QTEST_APPLESS_MAIN(VectorEnvironmentTest)
#include "vector_environment_test.moc"
