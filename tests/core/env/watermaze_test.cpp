// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/watermaze.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <tuple>
#include <vector>

#include "core/base/error.h"
#include "core/env/pool_lattice.h"
#include "core/env/reference_returns.h"
#include "core/env/table_stepper.h"
#include "core/env/top_view.h"
#include "core/env/view/frame_view.h"
#include "tests/core/env/option_sets.h"

using namespace limbeck;

namespace {

EnvironmentOptions with(auto change) {
  EnvironmentOptions options = watermazeDefaults();
  change(options);
  return options;
}

std::span<const std::uint8_t> observationOf(const TabularTask& task, int state) {
  const auto size = static_cast<std::size_t>(task.spec.observationSize());
  return std::span(task.observation).subspan(static_cast<std::size_t>(state) * size, size);
}

/// Of every state, from what it looks like.
std::vector<std::array<int, 3>> posesOf(const Environment& environment, const TabularTask& task) {
  std::vector<std::array<int, 3>> poses;
  for (int state = 0; state < task.state_count; ++state) {
    const ViewPose pose = environment.frames()->poseOf(observationOf(task, state)).value();
    poses.push_back({pose.x, pose.y, pose.heading});
  }
  return poses;
}

int nextState(const TabularTask& task, int state, int action) {
  return task.next_state[static_cast<std::size_t>(state) * 8 + static_cast<std::size_t>(action)];
}

/// The rules a second time, with angles and distances instead of tables.
class PlainPool {
 public:
  PlainPool(const Environment& environment, TaskId task)
      : options_(environment.options()), view_(environment.topView(task).value()) {}

  bool isInPool(int x, int y) const { return std::hypot(x - view_.centre_x, y - view_.centre_y) <= view_.centre_x; }
  bool isOverPlatform(int x, int y) const {
    return std::hypot(x - view_.goal_x, y - view_.goal_y) <= view_.goal_radius;
  }
  std::array<int, 3> move(std::array<int, 3> pose, const std::string& action) const {
    auto& [x, y, heading] = pose;
    if (action.starts_with("turn left")) heading = (heading + 7) % 8;
    if (action.starts_with("turn right")) heading = (heading + 1) % 8;
    if (action == "turn left" || action == "turn right") return pose;
    const double quarter = std::numbers::pi / 2;
    double angle = heading * std::numbers::pi / 4;  // clockwise on a drawing whose y points down
    if (action == "back") angle += 2 * quarter;
    if (action == "left") angle -= quarter;
    if (action == "right") angle += quarter;
    const double length = heading % 2 == 0 ? 4.0 : std::sqrt(18.0);
    const int to_x = x + static_cast<int>(std::lround(length * std::cos(angle)));
    const int to_y = y + static_cast<int>(std::lround(length * std::sin(angle)));
    if (isInPool(to_x, to_y)) x = to_x, y = to_y;
    return pose;
  }

 private:
  EnvironmentOptions options_;
  TopView view_;
};

/// The fewest actions from one pose to every other; -1 where there is no way.
std::vector<int> stepsFrom(const PoolLattice& lattice, int start) {
  std::vector<int> steps(static_cast<std::size_t>(lattice.poseCount()), -1);
  std::vector<int> queue{start};
  steps[static_cast<std::size_t>(start)] = 0;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (int action = 0; action < 8; ++action) {
      const int next = lattice.move(queue[i], static_cast<PoolAction>(action));
      if (steps[static_cast<std::size_t>(next)] >= 0) continue;
      steps[static_cast<std::size_t>(next)] = steps[static_cast<std::size_t>(queue[i])] + 1;
      queue.push_back(next);
    }
  }
  return steps;
}

QString refusal(const EnvironmentOptions& options) {
  try {
    makeEnvironment(options);
  } catch (const Error& error) {
    return error.code() == ErrorCode::InvalidArgument ? error.what() : "of another code";
  }
  return "accepted";
}

}  // namespace

class WatermazeTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void tablesFollowThePlainRules_data();
  void tablesFollowThePlainRules();
  void writtenRolloutIsReplayed();
  void strokeBackUndoesStrokeForwardAwayFromTheWall();
  void everyPoseIsReachedFromTheStart_data();
  void everyPoseIsReachedFromTheStart();
  void everyPlatformIsReachedInTime();
  void optimumIsOneAndChanceFindsLittle();
  void platformsAreUniformOverTheirRing();
  void taskNumbersMeanTheSameForever();
  void observationsHoldNothingButTheFramesCode();
  void nonsenseIsRefusedByName_data();
  void nonsenseIsRefusedByName();
};

void WatermazeTest::tablesFollowThePlainRules_data() {
  QTest::addColumn<int>("set");
  const auto sets = testing::optionSets();
  for (int i = 0; i < static_cast<int>(sets.size()); ++i) {
    if (sets[i].options.name == "watermaze") QTest::newRow(sets[i].title.c_str()) << i;
  }
}

// Every state and action of three tasks.
void WatermazeTest::tablesFollowThePlainRules() {
  QFETCH(int, set);
  const EnvironmentOptions options = testing::optionSets()[set].options;
  const auto environment = makeEnvironment(options);
  const std::vector<std::string> names = environment->actionNames();
  const bool has_phases = options.reward == RewardRule::Once && !options.ends_at_goal;
  for (const int id : {0, 1234, 9999}) {
    const PlainPool plain(*environment, TaskId{id});
    const TabularTask task = environment->makeTask(TaskId{id});
    const std::vector<std::array<int, 3>> pose_of = posesOf(*environment, task);
    const int poses = task.state_count / (has_phases ? 2 : 1);
    QCOMPARE(poses, environment->frames()->frameCount());
    for (int state = 0; state < task.state_count; ++state) {
      const std::array<int, 3> pose = pose_of[state];
      QVERIFY(plain.isInPool(pose[0], pose[1]));
      const bool was_paid = state >= poses;
      for (int action = 0; action < 8; ++action) {
        const std::array<int, 3> to = was_paid ? pose : plain.move(pose, names[action]);  // it rests
        const bool pays = plain.isOverPlatform(to[0], to[1]) && !was_paid;
        const int next = nextState(task, state, action);
        QCOMPARE(pose_of[next], to);
        QCOMPARE(task.reward[static_cast<std::size_t>(state) * 8 + action], pays ? 1.0F : 0.0F);
        QCOMPARE(next >= poses, was_paid || (pays && has_phases));
      }
      QCOMPARE(task.terminal[state] != 0, options.ends_at_goal && plain.isOverPlatform(pose[0], pose[1]));
    }
    std::set<std::array<int, 3>> starts;
    for (const std::uint16_t start : task.start_states) starts.insert(pose_of[start]);
    const bool is_anywhere = options.start == StartRule::Random;
    QCOMPARE(static_cast<int>(starts.size()), is_anywhere ? poses : 8);
    const int middle = options.size / 2;
    QVERIFY(is_anywhere ||
            std::ranges::all_of(starts, [&](const auto& start) { return start[0] == middle && start[1] == middle; }));
  }
}

// By hand, on a pool of radius 8 around (8,8): seven strokes and turns, with a wall in the way.
void WatermazeTest::writtenRolloutIsReplayed() {
  const auto environment =
      makeEnvironment(with([](auto& o) { o.size = 17, o.platform_radius = 2, o.reward = RewardRule::EveryStep; }));
  const std::vector<std::string> names = environment->actionNames();
  const TabularTask task = environment->makeTask(TaskId{0});
  const std::vector<std::array<int, 3>> pose_of = posesOf(*environment, task);
  int state = 0;
  while (pose_of[state] != std::array{8, 8, 0}) ++state;
  const std::vector<std::tuple<std::string, std::array<int, 3>>> steps = {
      {"forward", {12, 8, 0}},              // looking right
      {"forward", {16, 8, 0}},              // to the outermost point of the row
      {"forward", {16, 8, 0}},              // the wall
      {"turn right, forward", {16, 8, 1}},  // down and right: the wall again, but it has turned
      {"right", {13, 11, 1}},               // right of down-right is down-left
      {"turn right", {13, 11, 2}},          // looking down
      {"back", {13, 7, 2}},
      {"left", {13, 7, 2}},                // (17,7) is outside
      {"turn left, forward", {13, 7, 1}},  // (16,10): 8 right, 2 down, outside
      {"turn left", {13, 7, 0}},
      {"turn left", {13, 7, 7}},
      {"left", {10, 4, 7}},  // left of up-right is up-left
      {"back", {7, 7, 7}},
  };
  for (const auto& [action, pose] : steps) {
    state = nextState(task, state, static_cast<int>(std::ranges::find(names, action) - names.begin()));
    QCOMPARE(pose_of[state], pose);
  }
}

void WatermazeTest::strokeBackUndoesStrokeForwardAwayFromTheWall() {
  const auto environment = makeEnvironment(with([](auto& o) { o.reward = RewardRule::EveryStep; }));
  const TabularTask task = environment->makeTask(TaskId{0});
  int undone = 0;
  for (int state = 0; state < task.state_count; ++state) {
    for (const auto& [there, back] :
         {std::pair{0, 1}, std::pair{1, 0}, std::pair{2, 3}, std::pair{3, 2}, std::pair{4, 5}}) {
      const int next = nextState(task, state, there);
      if (next == state) continue;
      QCOMPARE(nextState(task, next, back), state);
      ++undone;
    }
  }
  QVERIFY(undone > 4 * task.state_count);
}

void WatermazeTest::everyPoseIsReachedFromTheStart_data() {
  QTest::addColumn<int>("size");
  for (const int size : {17, 19, 33, 65, 101}) QTest::addRow("%d points across", size) << size;
}

void WatermazeTest::everyPoseIsReachedFromTheStart() {
  QFETCH(int, size);
  const PoolLattice lattice(size);
  QVERIFY(2 * lattice.poseCount() <= 65536);
  const std::vector<int> steps = stepsFrom(lattice, lattice.centrePose(0));
  QVERIFY(std::ranges::count(steps, -1) == 0);
  QVERIFY(std::ranges::max(steps) <= 50);
}

// All 10000 of them, from every heading; so the optimal return of each is 1.
void WatermazeTest::everyPlatformIsReachedInTime() {
  const auto environment = makeEnvironment(watermazeDefaults());
  const PoolLattice lattice(environment->options().size);
  std::vector<int> worst(static_cast<std::size_t>(lattice.poseCount()), 0);  // over the headings at the start
  for (int heading = 0; heading < kPoolHeadings; ++heading) {
    const std::vector<int> steps = stepsFrom(lattice, lattice.centrePose(heading));
    std::ranges::transform(worst, steps, worst.begin(), [](int a, int b) { return std::max(a, b); });
  }
  for (int id = 0; id < environment->taskCount(); ++id) {
    const PlainPool plain(*environment, TaskId{id});
    int fewest = 1000;
    for (int number = 0; number < lattice.poseCount(); ++number) {
      if (worst[number] >= fewest) continue;
      const PoolPose pose = lattice.pose(number);
      if (plain.isOverPlatform(pose.x, pose.y)) fewest = worst[number];
    }
    QVERIFY2(fewest <= 12, qPrintable(QString("task %1: %2 steps").arg(id).arg(fewest)));
  }
}

// The bars of the paper's figure: 1 for the best, and little for chance (expert distillation, which cannot find a
// platform that it was not shown, ends at 0.18).
void WatermazeTest::optimumIsOneAndChanceFindsLittle() {
  const auto environment = makeEnvironment(watermazeDefaults());
  double random = 0.0;
  const int count = 16;
  for (int i = 0; i < count; ++i) {
    const ReferenceReturns returns = computeReferenceReturns(environment->makeTask(TaskId{i * 617}));
    QCOMPARE(returns.optimal, 1.0);
    QVERIFY(returns.random > 0.02 && returns.random < 0.6);
    random += returns.random / count;
  }
  QVERIFY2(random > 0.05 && random < 0.25, qPrintable(QString::number(random)));
}

// Half of the ring's area lies within sqrt((3^2 + 29^2) / 2) of the middle, and a quarter of it in each quadrant. A
// share of 10000 is 5 standard errors off once in 1.7 million seeds.
void WatermazeTest::platformsAreUniformOverTheirRing() {
  const auto environment = makeEnvironment(watermazeDefaults());
  int inner = 0;
  int quadrant = 0;
  for (int id = 0; id < environment->taskCount(); ++id) {
    const TopView view = environment->topView(TaskId{id}).value();
    const double right = view.goal_x - view.centre_x;
    const double down = view.goal_y - view.centre_y;
    const double distance = std::hypot(right, down);
    QVERIFY(distance > 3.0 && distance <= 29.0);
    inner += distance * distance < (9.0 + 841.0) / 2 ? 1 : 0;
    quadrant += right > 0 && down > 0 ? 1 : 0;
  }
  QVERIFY2(std::abs(inner - 5000) < 250, qPrintable(QString::number(inner)));
  QVERIFY2(std::abs(quadrant - 2500) < 217, qPrintable(QString::number(quadrant)));
}

// From a run: what data sets on disk call by these numbers must stay what it was.
void WatermazeTest::taskNumbersMeanTheSameForever() {
  const auto environment = makeEnvironment(watermazeDefaults());
  QCOMPARE(environment->taskName(TaskId{0}), std::string("platform 0 (44.7,54.1)"));
  QCOMPARE(environment->taskName(TaskId{7}), std::string("platform 7 (9.4,14.5)"));
  QCOMPARE(environment->taskName(TaskId{9999}), std::string("platform 9999 (10.1,18.2)"));
}

// Whoever is paid sees what he saw before, and every task looks like every other: where the platform is shows in
// rewards alone.
void WatermazeTest::observationsHoldNothingButTheFramesCode() {
  const auto environment = makeEnvironment(with([](auto& o) { o.size = 17, o.platform_radius = 2; }));
  const TabularTask task = environment->makeTask(TaskId{0});
  const int poses = environment->frames()->frameCount();
  QCOMPARE(task.state_count, 2 * poses);
  std::vector<std::uint8_t> code(static_cast<std::size_t>(task.spec.observationSize()));
  for (int state = 0; state < task.state_count; ++state) {
    environment->frames()->writeObservation(state % poses, code);
    QVERIFY(std::ranges::equal(observationOf(task, state), code));
  }
  QVERIFY(environment->makeTask(TaskId{1}).observation == task.observation);
}

void WatermazeTest::nonsenseIsRefusedByName_data() {
  QTest::addColumn<int>("size");
  QTest::addColumn<int>("platform_radius");
  QTest::addColumn<int>("start");
  QTest::addColumn<QString>("message");
  const int centre = static_cast<int>(StartRule::Centre);
  QTest::newRow("small") << 15 << 1 << centre << "environment watermaze: size is 15, but must be from 17 to 101";
  QTest::newRow("large") << 103 << 1 << centre << "environment watermaze: size is 103, but must be from 17 to 101";
  QTest::newRow("even") << 64 << 3 << centre
                        << "environment watermaze: size is 64, but must be odd, so that the pool has a middle; take 65";
  QTest::newRow("no platform") << 65 << 0 << centre
                               << "environment watermaze: platform_radius is 0, but must be from 1 to 15";
  QTest::newRow("no room") << 17 << 4 << centre
                           << "environment watermaze: platform_radius is 4, but must be from 1 to 3";
  QTest::newRow("corner") << 65 << 3 << static_cast<int>(StartRule::Corner)
                          << "environment watermaze: start is corner, but a round pool has none; take centre or random";
}

void WatermazeTest::nonsenseIsRefusedByName() {
  QFETCH(int, size);
  QFETCH(int, platform_radius);
  QFETCH(int, start);
  QFETCH(QString, message);
  QCOMPARE(refusal(with([&](auto& o) {
             o.size = size, o.platform_radius = platform_radius, o.start = static_cast<StartRule>(start);
           })),
           message);
  EnvironmentOptions darkroom = defaultOptions("darkroom");
  darkroom.platform_radius = 3;
  QVERIFY(refusal(darkroom).contains("platform_radius is 3"));
}

QTEST_APPLESS_MAIN(WatermazeTest)
#include "watermaze_test.moc"
