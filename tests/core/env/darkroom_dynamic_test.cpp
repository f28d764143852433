// SPDX-License-Identifier: GPL-3.0-or-later
// What is Dark Room's own stands in grid_rules_test, which plays all of its 120 tasks in small rooms.
#include <QtTest>

#include <functional>
#include <set>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/env/environment.h"
#include "core/env/reference_returns.h"
#include "tests/core/env/refusal.h"

using namespace limbeck;

namespace {

EnvironmentOptions with(const std::function<void(EnvironmentOptions&)>& change) {
  EnvironmentOptions options = defaultOptions("darkroom_dynamic");
  change(options);
  return options;
}

}  // namespace

class DarkroomDynamicTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyPermutationIsATask();
  void firstTaskIsThePlainRoom();
  void actionsAreButtonsUntilTheTaskIsKnown();
  void optimaAreThePublishedOnes_data();
  void optimaAreThePublishedOnes();
  void nonsenseIsRefusedByName();
};

void DarkroomDynamicTest::everyPermutationIsATask() {
  const auto room = makeEnvironment(defaultOptions("darkroom_dynamic"));
  QCOMPARE(room->taskCount(), 120);
  std::set<std::vector<std::string>> permutations;
  const std::set<std::string> moves = {"left", "right", "up", "down", "no-op"};
  for (int id = 0; id < 120; ++id) {
    const std::vector<std::string> names = room->taskActionNames(TaskId{id});
    QCOMPARE(std::set(names.begin(), names.end()), moves);
    permutations.insert(names);
  }
  QCOMPARE(permutations.size(), std::size_t{120});
  // Lexicographic by the moves' numbers: the second changes the last two, the last is all backwards.
  QCOMPARE(room->taskName(TaskId{0}), std::string("moves left, right, up, down, no-op"));
  QCOMPARE(room->taskName(TaskId{1}), std::string("moves left, right, up, no-op, down"));
  QCOMPARE(room->taskName(TaskId{24}), std::string("moves right, left, up, down, no-op"));
  QCOMPARE(room->taskName(TaskId{119}), std::string("moves no-op, down, up, right, left"));
  QVERIFY_THROWS_EXCEPTION(BugError, room->makeTask(TaskId{120}));
}

void DarkroomDynamicTest::firstTaskIsThePlainRoom() {
  const auto dynamic = makeEnvironment(defaultOptions("darkroom_dynamic"));
  const auto plain = makeEnvironment(defaultOptions("darkroom"));
  QCOMPARE(plain->taskName(TaskId{0}), std::string("goal (0,0)"));
  QVERIFY(dynamic->makeTask(TaskId{0}).next_state == plain->makeTask(TaskId{0}).next_state);
  QVERIFY(dynamic->makeTask(TaskId{0}).reward == plain->makeTask(TaskId{0}).reward);
  QVERIFY(dynamic->markers(TaskId{77}) == plain->markers(TaskId{0}));
}

void DarkroomDynamicTest::actionsAreButtonsUntilTheTaskIsKnown() {
  const auto dynamic = makeEnvironment(defaultOptions("darkroom_dynamic"));
  QVERIFY(dynamic->actionNames() ==
          (std::vector<std::string>{"button 1", "button 2", "button 3", "button 4", "button 5"}));
  QVERIFY(dynamic->taskActionNames(TaskId{24}) == (std::vector<std::string>{"right", "left", "up", "down", "no-op"}));
  const auto plain = makeEnvironment(defaultOptions("darkroom"));
  QVERIFY(plain->taskActionNames(TaskId{5}) == plain->actionNames());
}

// The notes on the method give 13, 35 and 83: H + 1 - d for goals 8, 16 and 18 steps away. Large: (0,0) is 40 steps
// from the centre (20,20), (39,39) is 38.
void DarkroomDynamicTest::optimaAreThePublishedOnes_data() {
  QTest::addColumn<int>("size");
  QTest::addColumn<int>("horizon");
  QTest::addColumn<int>("start");
  QTest::addColumn<int>("goal");
  QTest::addColumn<double>("optimal");
  const int centre = static_cast<int>(StartRule::Centre);
  const int corner = static_cast<int>(StartRule::Corner);
  const int near = static_cast<int>(GoalRule::Corner);
  const int far = static_cast<int>(GoalRule::OppositeCorner);
  QTest::newRow("9x9 from the centre") << 9 << 20 << centre << near << 13.0;
  QTest::newRow("9x9 to the other corner") << 9 << 20 << centre << far << 13.0;
  QTest::newRow("9x9 from corner to corner") << 9 << 50 << corner << far << 35.0;
  QTest::newRow("10x10 from corner to corner") << 10 << 100 << corner << far << 83.0;
  QTest::newRow("large") << 40 << 200 << centre << near << 161.0;
  QTest::newRow("large, to the other corner") << 40 << 200 << centre << far << 163.0;
}

void DarkroomDynamicTest::optimaAreThePublishedOnes() {
  QFETCH(int, size);
  QFETCH(int, horizon);
  QFETCH(int, start);
  QFETCH(int, goal);
  QFETCH(double, optimal);
  const auto room = makeEnvironment(with([&](EnvironmentOptions& o) {
    o.size = size, o.horizon = horizon, o.start = static_cast<StartRule>(start), o.goal = static_cast<GoalRule>(goal);
  }));
  // A random policy does not care what the buttons are called, a planner knows: all tasks are worth the same.
  const double random = computeReferenceReturns(room->makeTask(TaskId{0})).random;
  for (const int id : {0, 1, 59, 119}) {
    const ReferenceReturns returns = computeReferenceReturns(room->makeTask(TaskId{id}));
    QCOMPARE(returns.optimal, optimal);
    QVERIFY(std::abs(returns.random - random) < 1e-12);
  }
}

void DarkroomDynamicTest::nonsenseIsRefusedByName() {
  QCOMPARE(refusal(with([](EnvironmentOptions& o) { o.goal = GoalRule::ByTask; })),
           QString("environment darkroom_dynamic: goal is by_task, but a task says only what the buttons do; set goal "
                   "to corner or opposite_corner"));
  QCOMPARE(refusal(with([](EnvironmentOptions& o) { o.start = StartRule::Corner; })),
           QString("environment darkroom_dynamic: episodes start on the goal (0,0); choose another start or goal, or "
                   "set allows_start_goal to true"));
  QCOMPARE(refusal(with([](EnvironmentOptions& o) { o.start = StartRule::Corner, o.allows_start_goal = true; })),
           QString("accepted"));
  QCOMPARE(refusal(with([](EnvironmentOptions& o) { o.start = StartRule::Random; })), QString("accepted"));
}

QTEST_APPLESS_MAIN(DarkroomDynamicTest)
#include "darkroom_dynamic_test.moc"
