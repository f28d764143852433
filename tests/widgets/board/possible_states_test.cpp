// SPDX-License-Identifier: GPL-3.0-or-later
// What a recording leaves possible where chance or a hidden part of the state is at work.
#include <QtTest>

#include "tests/widgets/board/walks.h"
#include "widgets/board/possible_states.h"

using namespace limbeck;

namespace {

constexpr Action kRight = 1;
constexpr Action kStay = 4;

std::vector<std::uint8_t> at(int x, int y) {
  return {static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y)};
}

std::vector<std::uint8_t> seen(const PossibleStates& possible) {
  return {possible.observation().begin(), possible.observation().end()};
}

}  // namespace

class PossibleStatesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void withoutChanceThereIsOne();
  void slipLeavesSeveralPlaces();
  void whatWasSeenNextTells();
  void rewardTells();
  void heldKeyIsKnownFromItsReward();
  void otherRulesLeaveNothing();
  void banditHasOneState();
};

void PossibleStatesTest::withoutChanceThereIsOne() {
  const TabularTask task = test::makeMap("S.G\n")->makeTask(TaskId{0});
  PossibleStates possible(task, at(0, 0));
  possible.step(kRight, 0.0F, End::None, {});
  QCOMPARE(seen(possible), at(1, 0));
}

// From slippery (1,0) with right: usually (2,0); by a slip left (0,0), right, or staying (up and down are the edge).
void PossibleStatesTest::slipLeavesSeveralPlaces() {
  const TabularTask task = test::makeMap("S~.G\n")->makeTask(TaskId{0});
  PossibleStates possible(task, at(0, 0));
  possible.step(kRight, 0.0F, End::None, at(1, 0));
  QCOMPARE(seen(possible), at(1, 0));
  possible.step(kRight, 0.0F, End::None, {});
  QCOMPARE(possible.states().size(), std::size_t{3});
  QVERIFY(possible.observation().empty());
}

void PossibleStatesTest::whatWasSeenNextTells() {
  const TabularTask task = test::makeMap("S~.G\n")->makeTask(TaskId{0});
  PossibleStates possible(task, at(0, 0));
  possible.step(kRight, 0.0F, End::None, at(1, 0));
  possible.step(kRight, 0.0F, End::None, at(0, 0));  // it slipped
  QCOMPARE(seen(possible), at(0, 0));
}

// Only the goal pays: whoever was paid on slippery floor stands on it.
void PossibleStatesTest::rewardTells() {
  const TabularTask task = test::makeMap("S~G\n")->makeTask(TaskId{0});
  PossibleStates possible(task, at(0, 0));
  possible.step(kRight, 0.0F, End::None, at(1, 0));
  PossibleStates unpaid = possible;
  possible.step(kStay, 1.0F, End::None, {});
  QCOMPARE(seen(possible), at(2, 0));
  unpaid.step(kRight, 0.0F, End::None, {});
  QCOMPARE(unpaid.states().size(), std::size_t{2});  // not on the goal, which would have paid
}

// The observation hides whether the key is held; what was paid tells, so that the door pays next.
void PossibleStatesTest::heldKeyIsKnownFromItsReward() {
  const auto environment = test::makeRoom("key_to_door", 5, 6);
  const TabularTask task = environment->makeTask(test::taskNamed(*environment, "key (3,2) door (2,2)"));
  PossibleStates possible(task, at(2, 2));
  possible.step(kRight, 1.0F, End::None, at(3, 2));
  QCOMPARE(possible.states(), (std::vector<std::uint16_t>{25 + 2 * 5 + 3}));  // the second phase of 25 cells
}

void PossibleStatesTest::otherRulesLeaveNothing() {
  const TabularTask task = test::makeMap("S.G\n")->makeTask(TaskId{0});
  PossibleStates paid(task, at(0, 0));
  paid.step(kRight, 5.0F, End::None, {});
  QVERIFY(paid.states().empty() && paid.observation().empty());
  QVERIFY(PossibleStates(task, at(2, 0)).states().empty());  // nothing begins on the goal
}

void PossibleStatesTest::banditHasOneState() {
  const TabularTask task = makeEnvironment(defaultOptions("bandit"))->makeTask(TaskId{3});
  for (const float reward : {0.0F, 1.0F}) {
    PossibleStates possible(task, task.observation);
    possible.step(2, reward, End::Truncated, {});
    QCOMPARE(possible.states(), std::vector<std::uint16_t>{0});
  }
}

QTEST_APPLESS_MAIN(PossibleStatesTest)
#include "possible_states_test.moc"
