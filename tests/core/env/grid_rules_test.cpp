// SPDX-License-Identifier: GPL-3.0-or-later
// The grids against their rules written down a second time (plain_rules.h), on every task of small ones.
#include <QtTest>

#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/env/environment.h"
#include "core/env/grid.h"
#include "core/env/reference_returns.h"
#include "core/env/table_stepper.h"
#include "tests/core/env/option_sets.h"
#include "tests/core/env/plain_rules.h"
#include "tests/core/env/refusal.h"

using namespace limbeck;
using testing::Cell;
using testing::PlainRules;

namespace {

/// A start state of `task` at `cell`; -1 if there is none.
int startStateAt(const TabularTask& task, Cell cell) {
  for (const std::uint16_t state : task.start_states) {
    if (task.observation[2 * state] == cell.first && task.observation[2 * state + 1] == cell.second) return state;
  }
  return -1;
}

EnvironmentOptions with(std::string_view name, auto change) {
  EnvironmentOptions options = defaultOptions(name);
  change(options);
  return options;
}

}  // namespace

class GridRulesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void moveIntoWallLeavesAgentInPlace();
  void evenGridsStartBelowAndRightOfTheMiddle();
  void tablesFollowThePlainRules_data();
  void tablesFollowThePlainRules();
  void taskCountsAreThePapers();
  void startIsNoGoalUnlessAllowed();
  void keyAndDoorLieApartUnlessAllowed();
  void nonsenseIsRefusedByName_data();
  void nonsenseIsRefusedByName();
  void unknownNameListsTheKnown();
  void unreadOptionsAreRefused();
  void markersAreTheCellsOfTheTaskName();
  void limitsThemselvesAreAccepted();
};

void GridRulesTest::moveIntoWallLeavesAgentInPlace() {
  // 0 1 2
  // 3 4 5
  // 6 7 8
  const Grid grid(3);
  const auto moves = [&](int cell) {  // left, right, up, down, no-op
    std::vector<int> reached;
    for (int action = 0; action < kGridActionCount; ++action) {
      reached.push_back(grid.move(cell, static_cast<GridAction>(action)));
    }
    return reached;
  };
  QCOMPARE(moves(4), (std::vector{3, 5, 1, 7, 4}));
  QCOMPARE(moves(0), (std::vector{0, 1, 0, 3, 0}));
  QCOMPARE(moves(2), (std::vector{1, 2, 2, 5, 2}));
  QCOMPARE(moves(6), (std::vector{6, 7, 3, 6, 6}));
  QCOMPARE(moves(8), (std::vector{7, 8, 5, 8, 8}));
}

void GridRulesTest::evenGridsStartBelowAndRightOfTheMiddle() {
  QCOMPARE(Grid(4).cellName(Grid(4).centre()), std::string("(2,2)"));
  QCOMPARE(Grid(9).cellName(Grid(9).centre()), std::string("(4,4)"));
}

void GridRulesTest::tablesFollowThePlainRules_data() {
  QTest::addColumn<int>("set");
  const auto sets = testing::optionSets();
  for (int i = 0; i < static_cast<int>(sets.size()); ++i) {
    if (testing::isSmallPlainGrid(sets[i].options, 4)) QTest::newRow(sets[i].title.c_str()) << i;
  }
}

// Every task, from every start, three episodes of random actions.
void GridRulesTest::tablesFollowThePlainRules() {
  QFETCH(int, set);
  const EnvironmentOptions options = testing::optionSets()[set].options;
  const auto environment = makeEnvironment(options);
  Rng rng(Seed{3});
  for (int id = 0; id < environment->taskCount(); ++id) {
    const TabularTask task = environment->makeTask(TaskId{id});
    PlainRules rules(options, environment->taskName(TaskId{id}));
    QCOMPARE(task.start_states.size(), rules.starts().size());
    TableStepper stepper(task);
    for (const Cell& start : rules.starts()) {
      for (int episode = 0; episode < 3; ++episode) {
        const int start_state = startStateAt(task, start);
        QVERIFY(start_state >= 0);
        stepper.startAt(start_state);
        rules.startAt(start);
        for (End end = End::None; end == End::None; end = rules.end()) {
          const Action action = static_cast<Action>(rng.below(kGridActionCount));
          const float reward = rules.step(action);
          const TableStepper::Outcome outcome = stepper.step(action, rng);
          QCOMPARE(outcome.reward, reward);
          QCOMPARE(outcome.end, rules.end());
          QCOMPARE(int{task.observation[2 * stepper.state()]}, rules.at().first);
          QCOMPARE(int{task.observation[2 * stepper.state() + 1]}, rules.at().second);
        }
      }
    }
  }
}

void GridRulesTest::taskCountsAreThePapers() {
  const auto count = [](const EnvironmentOptions& options) { return makeEnvironment(options)->taskCount(); };
  QCOMPARE(count(defaultOptions("darkroom")), 80);
  QCOMPARE(count(with("darkroom", [](auto& o) { o.allows_start_goal = true; })), 81);
  QCOMPARE(count(with("darkroom", [](auto& o) { o.start = StartRule::Random; })), 81);
  QCOMPARE(count(defaultOptions("darkroom_hard")), 288);
  QCOMPARE(count(defaultOptions("key_to_door")), 6480);
  QCOMPARE(count(with("key_to_door", [](auto& o) { o.allows_key_is_door = true; })), 6561);
  QCOMPARE(count(defaultOptions("darkroom_dynamic")), 120);
  QCOMPARE(count(defaultOptions("large_darkroom_dynamic")), 120);
  QCOMPARE(count(defaultOptions("large_darkroom")), 1599);
  QCOMPARE(count(defaultOptions("large_darkroom_hard")), 1599);
  QCOMPARE(count(defaultOptions("large_key_to_door")), 1600 * 1599);
}

void GridRulesTest::startIsNoGoalUnlessAllowed() {
  const auto hasTask = [](const EnvironmentOptions& options, const std::string& name) {
    const auto environment = makeEnvironment(options);
    for (int id = 0; id < environment->taskCount(); ++id) {
      if (environment->taskName(TaskId{id}) == name) return true;
    }
    return false;
  };
  const auto corner = with("darkroom", [](auto& o) { o.start = StartRule::Corner; });
  QVERIFY(!hasTask(defaultOptions("darkroom"), "goal (4,4)"));
  QVERIFY(hasTask(defaultOptions("darkroom"), "goal (0,0)"));
  QVERIFY(!hasTask(corner, "goal (0,0)"));
  QVERIFY(hasTask(corner, "goal (4,4)"));
  QVERIFY(hasTask(with("darkroom", [](auto& o) { o.allows_start_goal = true; }), "goal (4,4)"));
}

void GridRulesTest::keyAndDoorLieApartUnlessAllowed() {
  const auto apart = makeEnvironment(defaultOptions("key_to_door"));
  for (int id = 0; id < apart->taskCount(); ++id) {
    const PlainRules rules(apart->options(), apart->taskName(TaskId{id}));
    QVERIFY(rules.key() != rules.goal());
  }
  const auto any = makeEnvironment(with("key_to_door", [](auto& o) { o.allows_key_is_door = true; }));
  QCOMPARE(any->taskName(TaskId{0}), std::string("key (0,0) door (0,0)"));
}

void GridRulesTest::nonsenseIsRefusedByName_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<int>("size");
  QTest::addColumn<int>("horizon");
  QTest::addColumn<QString>("message");
  QTest::newRow("size 1") << "darkroom" << 1 << 20 << "environment darkroom: size is 1, but must be from 2 to 64";
  QTest::newRow("size 65") << "key_to_door" << 65 << 20
                           << "environment key_to_door: size is 65, but must be from 2 to 64";
  QTest::newRow("negative") << "darkroom" << -9 << 20 << "environment darkroom: size is -9, but must be from 2 to 64";
  QTest::newRow("horizon 0") << "darkroom_hard" << 9 << 0
                             << "environment darkroom_hard: horizon is 0, but must be from 1 to 10000";
  QTest::newRow("horizon 10001") << "darkroom" << 9 << 10001
                                 << "environment darkroom: horizon is 10001, but must be from 1 to 10000";
}

void GridRulesTest::nonsenseIsRefusedByName() {
  QFETCH(QString, name);
  QFETCH(int, size);
  QFETCH(int, horizon);
  QFETCH(QString, message);
  QCOMPARE(refusal(with(name.toStdString(), [&](auto& o) { o.size = size, o.horizon = horizon; })), message);
}

void GridRulesTest::unknownNameListsTheKnown() {
  EnvironmentOptions options;
  options.name = "dark_room";
  QVERIFY(refusal(options).startsWith(
      "unknown environment \"dark_room\"; known are darkroom, darkroom_hard, key_to_door, darkroom_dynamic, "));
  // An option that would do nothing is refused as well, so that nobody believes it did something.
  QVERIFY(
      refusal(with("darkroom", [](auto& o) { o.allows_key_is_door = true; })).contains("allows_key_is_door is true"));
  QVERIFY(
      refusal(with("key_to_door", [](auto& o) { o.allows_start_goal = true; })).contains("allows_start_goal is true"));
  QVERIFY(
      refusal(with("key_to_door", [](auto& o) { o.reward = RewardRule::EveryStep; })).contains("reward is every_step"));
}

// Each option that came later is of use to one family only; a map is shown by its beginning.
void GridRulesTest::unreadOptionsAreRefused() {
  const auto unread = [](const char* name, const char* field, const char* value) {
    return QString("environment %1: %2 is %3, but this environment does not read it; leave it out")
        .arg(name, field, value);
  };
  QCOMPARE(refusal(with("darkroom", [](auto& o) { o.arms = 3; })), unread("darkroom", "arms", "3"));
  QCOMPARE(refusal(with("darkroom_hard", [](auto& o) { o.favoured_share = 0.5; })),
           unread("darkroom_hard", "favoured_share", "0.5"));
  QCOMPARE(refusal(with("key_to_door", [](auto& o) { o.goal = GoalRule::Corner; })),
           unread("key_to_door", "goal", "corner"));
  QCOMPARE(refusal(with("large_darkroom", [](auto& o) { o.slip_probability = 0.1; })),
           unread("large_darkroom", "slip_probability", "0.1"));
  QCOMPARE(refusal(with("darkroom_dynamic", [](auto& o) { o.map = std::string(50, 'G'); })),
           unread("darkroom_dynamic", "map", "GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGG..."));
  QCOMPARE(refusal(with("bandit", [](auto& o) { o.size = 9; })), unread("bandit", "size", "9"));
  QCOMPARE(refusal(with("bandit", [](auto& o) { o.start = StartRule::Random; })), unread("bandit", "start", "random"));
  QCOMPARE(refusal(with("grid_map", [](auto& o) { o.allows_start_goal = true; })),
           unread("grid_map", "allows_start_goal", "true"));
}

// The largest Key-to-Door has 3 * 64 * 64 states, which must fit 16 bits; its last task holds the largest numbers.
void GridRulesTest::limitsThemselvesAreAccepted() {
  const auto largest = makeEnvironment(with("key_to_door", [](auto& o) { o.size = 64, o.horizon = 10000; }));
  QCOMPARE(largest->taskCount(), 4096 * 4095);
  const TabularTask task = largest->makeTask(TaskId{largest->taskCount() - 1});
  QCOMPARE(largest->taskName(TaskId{largest->taskCount() - 1}), std::string("key (63,63) door (62,63)"));
  QCOMPARE(int{std::ranges::max(task.next_state)}, 3 * 4096 - 1);
  QCOMPARE(makeEnvironment(with("darkroom", [](auto& o) { o.size = 2, o.horizon = 1; }))->taskCount(), 3);
}

void GridRulesTest::markersAreTheCellsOfTheTaskName() {
  using Kind = TaskMarker::Kind;
  const auto darkroom = makeEnvironment(defaultOptions("darkroom"));
  for (int id = 0; id < darkroom->taskCount(); ++id) {
    const std::vector<TaskMarker> markers = darkroom->markers(TaskId{id});
    QCOMPARE(markers.size(), std::size_t{1});
    QVERIFY(markers[0].kind == Kind::Goal);
    QCOMPARE(darkroom->taskName(TaskId{id}), "goal " + Grid(9).cellName(Grid(9).cellAt(markers[0].x, markers[0].y)));
  }
  // 80 doors a key: pair 161 is the third key, (2,0), with its second door, (1,0).
  const auto doors = makeEnvironment(defaultOptions("key_to_door"));
  QCOMPARE(doors->taskName(TaskId{161}), std::string("key (2,0) door (1,0)"));
  QVERIFY(doors->markers(TaskId{161}) == (std::vector<TaskMarker>{{Kind::Key, 2, 0}, {Kind::Door, 1, 0}}));
}

QTEST_APPLESS_MAIN(GridRulesTest)
#include "grid_rules_test.moc"
