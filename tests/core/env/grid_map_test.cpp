// SPDX-License-Identifier: GPL-3.0-or-later
// How a map becomes tasks, and what is said about a map that cannot. The rules of moving and paying on small maps stand
// in grid_rules_test, slipping in chance_test.
#include <QtTest>

#include <functional>

#include "core/base/error.h"
#include "core/env/environment.h"
#include "core/env/reference_returns.h"
#include "tests/core/env/refusal.h"

using namespace limbeck;

namespace {

EnvironmentOptions mapOptions(const std::string& map, int horizon = 50) {
  EnvironmentOptions options = defaultOptions("grid_map");
  options.map = map;
  options.horizon = horizon;
  return options;
}

std::vector<std::string> taskNames(const Environment& environment) {
  std::vector<std::string> names;
  for (int id = 0; id < environment.taskCount(); ++id) names.push_back(environment.taskName(TaskId{id}));
  return names;
}

}  // namespace

class GridMapTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyGoalIsATask();
  void everyPairOfKeyAndDoorIsATask();
  void mapWithoutAStartStartsAnywhere();
  void drawingSaysWhatLiesWhere();
  void defaultIsFourRooms();
  void blankEndAndCarriageReturnsDoNotCount();
  void badMapsAreRefusedWhereTheyAreBad_data();
  void badMapsAreRefusedWhereTheyAreBad();
  void optionsThatTheMapDoesNotUseAreRefused();
  void largestMapsAreAccepted();
};

void GridMapTest::everyGoalIsATask() {
  const auto map = makeEnvironment(mapOptions("GS#G\nG..G\n"));
  QVERIFY(taskNames(*map) == (std::vector<std::string>{"goal (0,0)", "goal (3,0)", "goal (0,1)", "goal (3,1)"}));
  QVERIFY(map->startCells() == (std::vector{std::pair{1, 0}}));
  // Around the wall it is down, right, right, up: 4 steps, and the goal pays once.
  for (const int horizon : {1, 3, 4, 50}) {
    EnvironmentOptions options = mapOptions("GS#G\nG..G\n", std::max(horizon, 4));
    TabularTask task = makeEnvironment(options)->makeTask(TaskId{1});
    task.spec.horizon = horizon;
    QCOMPARE(computeReferenceReturns(task).optimal, horizon < 4 ? 0.0 : 1.0);
  }
}

void GridMapTest::everyPairOfKeyAndDoorIsATask() {
  const auto map = makeEnvironment(mapOptions("SK.\n#KD\n..D\n"));
  QVERIFY(taskNames(*map) == (std::vector<std::string>{"key (1,0) door (2,1)", "key (1,0) door (2,2)",
                                                       "key (1,1) door (2,1)", "key (1,1) door (2,2)"}));
  QVERIFY(map->markers(TaskId{1}) ==
          (std::vector<TaskMarker>{{TaskMarker::Kind::Key, 1, 0}, {TaskMarker::Kind::Door, 2, 2}}));
  QCOMPARE(computeReferenceReturns(map->makeTask(TaskId{1})).optimal, 2.0);
}

void GridMapTest::mapWithoutAStartStartsAnywhere() {
  const auto map = makeEnvironment(mapOptions("G#\n~.\n"));
  QVERIFY(map->startCells() == (std::vector{std::pair{0, 0}, std::pair{0, 1}, std::pair{1, 1}}));
}

void GridMapTest::drawingSaysWhatLiesWhere() {
  const auto map = makeEnvironment(mapOptions("S~G\n.#.\n"));
  QVERIFY(map->gridSize() == (GridSize{3, 2}));
  using enum CellKind;
  QVERIFY(map->cellKinds() == (std::vector{Floor, Slippery, Floor, Floor, Wall, Floor}));
  const auto room = makeEnvironment(defaultOptions("darkroom"));
  QVERIFY(room->gridSize() == (GridSize{9, 9}));
  QVERIFY(room->cellKinds() == std::vector(81, Floor));
}

void GridMapTest::defaultIsFourRooms() {
  const auto map = makeEnvironment(defaultOptions("grid_map"));
  QVERIFY(map->gridSize() == (GridSize{9, 9}));
  QCOMPARE(map->taskCount(), 4 * 16 - 1);
  // The room across is reached through two doors: (0,0) to (8,8) is 16 steps on an empty grid, and the doors at (4,2)
  // and (6,4) lie on a shortest way.
  const TaskId far{map->taskCount() - 1};
  QCOMPARE(map->taskName(far), std::string("goal (8,8)"));
  TabularTask task = map->makeTask(far);
  for (const int horizon : {15, 16}) {
    task.spec.horizon = horizon;
    QCOMPARE(computeReferenceReturns(task).optimal, horizon == 16 ? 1.0 : 0.0);
  }
}

void GridMapTest::blankEndAndCarriageReturnsDoNotCount() {
  const auto names = taskNames(*makeEnvironment(mapOptions("SG\n.G")));
  QCOMPARE(taskNames(*makeEnvironment(mapOptions("SG\n.G\n\n  \n"))), names);
  QCOMPARE(taskNames(*makeEnvironment(mapOptions("SG\r\n.G\r\n"))), names);
}

void GridMapTest::badMapsAreRefusedWhereTheyAreBad_data() {
  QTest::addColumn<QString>("map");
  QTest::addColumn<int>("horizon");
  QTest::addColumn<QString>("message");
  const QString known = "# wall, . floor, ~ slippery floor, S start, G goal, or K and D for the places of key and door";
  QTest::newRow("empty") << "" << 50 << "is empty; draw a grid of " + known;
  QTest::newRow("blank") << "\n  \n" << 50 << "is empty; draw a grid of " + known;
  QTest::newRow("unknown") << "S.G\n.x." << 50 << "line 2, column 2: 'x' is unknown; known are " + known;
  QTest::newRow("not ASCII") << "S.\xC3\xA9G\n....." << 50
                             << "line 1, column 3: '\xC3\xA9' is unknown; known are " + known;
  QTest::newRow("too short") << "S.G\n..\n..." << 50
                             << "line 2, column 3: the line has 2 characters, but the first one has 3; make all lines "
                                "equally long (# fills up)";
  QTest::newRow("too long") << "S.G\n....\n..." << 50
                            << "line 2, column 4: the line has 4 characters, but the first one has 3; make all lines "
                               "equally long (# fills up)";
  QTest::newRow("blank line within") << "S.\n\n.G" << 50
                                     << "line 2, column 1: the line has 0 characters, but the first one has 2; make "
                                        "all lines equally long (# fills up)";
  QTest::newRow("no goal") << "S..\n..." << 50
                           << "has no goal; mark each cell that may be one with G, or the places of a key with K and "
                              "of a door with D";
  QTest::newRow("no door") << "S..\n.K." << 50
                           << "line 2, column 2: a key, but the map has no door; mark its places with D, or use G for "
                              "goals";
  QTest::newRow("no key") << "SD.\n..." << 50
                          << "line 1, column 2: a door, but the map has no key; mark its places with K, or use G for "
                             "goals";
  QTest::newRow("two kinds") << "SKD\n..G" << 50
                             << "line 1, column 2: a key, but the map has a goal too (line 2, column 3); use goals, or "
                                "keys and doors";
  QTest::newRow("walled off") << "S.#G\n.G#." << 50
                              << "line 1, column 4: no way leads from the start at line 1, column 1 to this goal; open "
                                 "the walls between them, or mark with S where episodes may begin";
  QTest::newRow("a start walled off") << "SG#.\n..#S" << 50
                                      << "line 2, column 4: no way leads from the start at line 1, column 1 to this "
                                         "start; open the walls between them, or mark with S where episodes may begin";
  QTest::newRow("too far") << "S..\n##.\nG.." << 5
                           << "line 3, column 1: the goal here is 6 steps from the nearest start, but an episode has 5 "
                              "(horizon); allow more steps, or move goal or start";
  QTest::newRow("just near enough") << "S..\n##.\nG.." << 6 << "accepted";
  QTest::newRow("nearest start counts") << "S..\n##.\nGS." << 5 << "accepted";
  QTest::newRow("door too far") << "S.K\nDDD" << 4
                                << "line 2, column 1: the way from the nearest start over the key at line 1, column 3 "
                                   "to the door here takes 5 steps, but an episode has 4 (horizon); allow more steps, "
                                   "or move key, door or start";
  QTest::newRow("door just near enough") << "S.K\nDDD" << 5 << "accepted";
  QTest::newRow("a key on the start takes a step") << "KD" << 1
                                                   << "line 1, column 2: the way from the nearest start over the key "
                                                      "at line 1, column 1 to the door here takes 2 steps, but an "
                                                      "episode has 1 (horizon); allow more steps, or move key, door or "
                                                      "start";
  QTest::newRow("too wide") << "SG" + QString(255, '.') << 50
                            << "has 257 x 1 cells, but a side may have at most 256; draw a smaller one";
  QTest::newRow("too high") << "SG\n" + QString("..\n").repeated(256) << 50
                            << "has 2 x 257 cells, but a side may have at most 256; draw a smaller one";
}

void GridMapTest::badMapsAreRefusedWhereTheyAreBad() {
  QFETCH(QString, map);
  QFETCH(int, horizon);
  QFETCH(QString, message);
  const QString expected = message == "accepted" ? message : "environment grid_map: map " + message;
  QCOMPARE(refusal(mapOptions(map.toStdString(), horizon)), expected);
}

void GridMapTest::optionsThatTheMapDoesNotUseAreRefused() {
  const auto refused = [](const std::string& map, const std::function<void(EnvironmentOptions&)>& change) {
    EnvironmentOptions options = mapOptions(map);
    change(options);
    return refusal(options);
  };
  QCOMPARE(refused("SG", [](auto& o) { o.slip_probability = 0.5; }),
           QString("environment grid_map: slip_probability is 0.5, but the map has no slippery floor (~); leave it "
                   "out"));
  QCOMPARE(refused("S~G", [](auto& o) { o.slip_probability = 0.5; }), QString("accepted"));
  QCOMPARE(refused("S~G", [](auto& o) { o.slip_probability = 1.5; }),
           QString("environment grid_map: slip_probability is 1.5, but must be from 0 to 1"));
  QCOMPARE(refused("SKD", [](auto& o) { o.reward = RewardRule::EveryStep; }),
           QString("environment grid_map: reward is every_step, but key and door pay once an episode; leave it out"));
  QCOMPARE(refused("SG", [](auto& o) { o.size = 9; }),
           QString("environment grid_map: size is 9, but this environment does not read it; leave it out"));
  QCOMPARE(refused("SG", [](auto& o) { o.horizon = 0; }),
           QString("environment grid_map: horizon is 0, but must be from 1 to 10000"));
}

// A state number has 16 bits: 256 x 256 cells with one state each, a goal that pays once has two, key and door three.
void GridMapTest::largestMapsAreAccepted() {
  const auto rectangle = [](const std::string& first, int width, int height) {
    std::string map = first + std::string(static_cast<std::size_t>(width) - first.size(), '.') + "\n";
    for (int y = 1; y < height; ++y)
      map += std::string(static_cast<std::size_t>(width), y == height - 1 ? 'G' : '.') + "\n";
    return map;
  };
  EnvironmentOptions options = mapOptions(rectangle("S", 256, 256), 1000);
  QCOMPARE(refusal(options), QString("environment grid_map: map has 256 x 256 cells with 2 states each, but at most "
                                     "65536 states are possible; draw a smaller one"));
  options.reward = RewardRule::EveryStep;
  const auto map = makeEnvironment(options);
  const TabularTask task = map->makeTask(TaskId{255});
  QCOMPARE(task.state_count, 65536);
  QCOMPARE(int{std::ranges::max(task.next_state)}, 65535);
  QCOMPARE(int{task.observation.back()}, 255);
  // 4096 x 4096 pairs are as many as the largest Key-to-Door has; one key more is too many.
  std::string pairs = "S";
  for (int y = 0; y < 65; ++y) pairs += std::string(y == 0 ? 127 : 128, y < 33 ? 'K' : 'D') + "\n";
  QCOMPARE(refusal(mapOptions(pairs, 1000)).left(41), QString("environment grid_map: map makes 17297408 "));
}

QTEST_APPLESS_MAIN(GridMapTest)
#include "grid_map_test.moc"
