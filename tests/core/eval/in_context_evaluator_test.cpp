// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/in_context_evaluator.h"

#include <QtTest>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/env/grid.h"
#include "core/env/reference_returns.h"
#include "core/eval/random_policy.h"

using namespace limbeck;

namespace {

/// A 3x3 room, five steps, from the middle cell (1,1).
EnvironmentOptions smallRoom(bool ends_at_goal) {
  EnvironmentOptions options = defaultOptions("darkroom");
  options.size = 3;
  options.horizon = 5;
  options.ends_at_goal = ends_at_goal;
  return options;
}

TaskId taskNamed(const Environment& environment, const std::string& name) {
  for (int i = 0; i < environment.taskCount(); ++i) {
    if (environment.taskName(TaskId{i}) == name) return TaskId{i};
  }
  throw std::runtime_error("no task " + name);
}

/// Walks straight to each stream's own goal, which it was told, sideways first; then stays.
class GoalWalker : public Policy {
 public:
  explicit GoalWalker(std::vector<std::pair<int, int>> goals) : goals_(std::move(goals)) {}

  void reset(int streams) override { resets_.push_back(streams); }
  void act(std::span<const std::uint8_t> observations, std::span<Action> actions_out, std::span<Rng>) override {
    for (std::size_t i = 0; i < actions_out.size(); ++i) {
      const auto [goal_x, goal_y] = goals_[i];
      const int x = observations[2 * i];
      const int y = observations[2 * i + 1];
      GridAction action = GridAction::Stay;
      if (y != goal_y) action = y < goal_y ? GridAction::Down : GridAction::Up;
      if (x != goal_x) action = x < goal_x ? GridAction::Right : GridAction::Left;
      actions_out[i] = static_cast<Action>(action);
    }
  }
  void observe(std::span<const float>, std::span<const End>) override {}

  const std::vector<int>& resets() const { return resets_; }

 private:
  std::vector<std::pair<int, int>> goals_;
  std::vector<int> resets_;
};

/// Remembers what was reported, and asks for a stop after so many looks.
class WatchedControl : public WorkControl {
 public:
  explicit WatchedControl(int looks_until_stop = 1 << 30) : looks_left_(looks_until_stop) {}

  bool stopRequested() const override { return looks_left_-- <= 0; }
  void pauseIfAsked() override { ++pauses_; }
  void report(const Progress& progress) override { last_ = progress; }

  const Progress& last() const { return last_; }
  int pauses() const { return pauses_; }

 private:
  mutable int looks_left_;
  int pauses_ = 0;
  Progress last_;
};

bool sameRollout(const Rollout& a, const Rollout& b) {
  return a.task == b.task && a.observations == b.observations && a.actions == b.actions && a.rewards == b.rewards &&
         a.ends == b.ends;
}

}  // namespace

class InContextEvaluatorTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aStraightWalkEarnsTheHandCountedReturn();
  void episodesThatEndOutOfStepAreRecordedWhole();
  void aStreamThatIsDoneIsNoLongerRecorded();
  void theSameGeneratorGivesTheSameRollouts();
  void moreStreamsChangeNoOtherStream();
  void taskOrderDoesNotChangeATasksOwnRollout();
  void repeatsDrawTheirOwnActions();
  void randomPlayMeetsItsExactReturn();
  void withoutRolloutsTheReturnsStay();
  void aStopIsCancelledBeforeTheNextStep();
  void progressCountsWholeEpisodes();
  void anObserverSeesTheBeginningOfWhatComesOut();
};

// Twelve steps of 50 ms each: the observer, due every 200 ms, sees the state after the fourth or fifth step and once
// more. The near stream ends an episode with every step, the far one with every second.
void InContextEvaluatorTest::anObserverSeesTheBeginningOfWhatComesOut() {
  class Slow final : public GoalWalker {
   public:
    using GoalWalker::GoalWalker;
    void observe(std::span<const float>, std::span<const End>) override {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  };
  const auto room = makeEnvironment(smallRoom(true));
  const std::vector<TaskId> tasks = {taskNamed(*room, "goal (2,1)"), taskNamed(*room, "goal (0,0)")};
  std::vector<EvaluationResult> seen;
  const auto observer = [&](const EvaluationResult& so_far, int episodes_done) {
    const auto steps = static_cast<int>(so_far.rollouts[1].actions.size());
    QCOMPARE(episodes_done, steps / 2);
    seen.push_back(so_far);
  };
  Slow slow({{2, 1}, {0, 0}});
  const EvaluationResult whole =
      evaluateInContext(*room, tasks, slow, {.episodes = 6}, Rng(Seed{1}), uninterrupted(), observer);
  QVERIFY(seen.size() >= 1 && seen.size() <= 3);  // 600 ms and no call when all is over
  for (const EvaluationResult& so_far : seen) {
    for (std::size_t stream = 0; stream < 2; ++stream) {
      const std::vector<Action>& actions = so_far.rollouts[stream].actions;
      QVERIFY(std::equal(actions.begin(), actions.end(), whole.rollouts[stream].actions.begin()));
    }
  }
  GoalWalker unwatched({{2, 1}, {0, 0}});
  const EvaluationResult plain =
      evaluateInContext(*room, tasks, unwatched, {.episodes = 6}, Rng(Seed{1}), uninterrupted());
  QVERIFY(sameRollout(plain.rollouts[0], whole.rollouts[0]) && sameRollout(plain.rollouts[1], whole.rollouts[1]));
}

// The goal pays from the step that enters it to the last: at distance d of five steps that is 5 - d + 1.
void InContextEvaluatorTest::aStraightWalkEarnsTheHandCountedReturn() {
  const auto room = makeEnvironment(smallRoom(false));
  const std::vector<TaskId> tasks = {taskNamed(*room, "goal (2,1)"), taskNamed(*room, "goal (0,0)")};
  GoalWalker walker({{2, 1}, {0, 0}});
  const EvaluationResult result =
      evaluateInContext(*room, tasks, walker, {.episodes = 3}, Rng(Seed{1}), uninterrupted());
  QCOMPARE(result.streams(), 2);
  QCOMPARE(result.returns, (std::vector<float>{5, 5, 5, 4, 4, 4}));
  QCOMPARE(result.lengths, (std::vector<std::int32_t>{5, 5, 5, 5, 5, 5}));
  QCOMPARE(result.returnAt(1, 2), 4.0F);
  QCOMPARE(result.environment_steps, std::int64_t{30});
  QCOMPARE(walker.resets(), std::vector<int>{2});
}

// Goals at distance 1 and 2 end their episodes after 1 and 2 steps, so that from the second step on the streams are
// apart.
void InContextEvaluatorTest::episodesThatEndOutOfStepAreRecordedWhole() {
  const auto room = makeEnvironment(smallRoom(true));
  const std::vector<TaskId> tasks = {taskNamed(*room, "goal (2,1)"), taskNamed(*room, "goal (0,0)")};
  GoalWalker walker({{2, 1}, {0, 0}});
  const EvaluationResult result =
      evaluateInContext(*room, tasks, walker, {.episodes = 2}, Rng(Seed{1}), uninterrupted());
  QCOMPARE(result.returns, (std::vector<float>{1, 1, 1, 1}));
  QCOMPARE(result.lengths, (std::vector<std::int32_t>{1, 1, 2, 2}));
  const Rollout& far = result.rollouts[1];
  const auto left = static_cast<Action>(GridAction::Left);
  const auto up = static_cast<Action>(GridAction::Up);
  QCOMPARE(far.actions, (std::vector<Action>{left, up, left, up}));
  QCOMPARE(far.observations, (std::vector<std::uint8_t>{1, 1, 0, 1, 1, 1, 0, 1}));
  QCOMPARE(far.rewards, (std::vector<float>{0, 1, 0, 1}));
  QVERIFY(far.ends == (std::vector<End>{End::None, End::Terminated, End::None, End::Terminated}));
}

// The near stream has its three episodes after three steps, the far one after six; in the other three steps the near
// one collects rewards that nobody asked for. A walker that is told a wrong goal runs into the horizon.
void InContextEvaluatorTest::aStreamThatIsDoneIsNoLongerRecorded() {
  const auto room = makeEnvironment(smallRoom(true));
  const std::vector<TaskId> tasks = {taskNamed(*room, "goal (2,1)"), taskNamed(*room, "goal (0,0)"),
                                     taskNamed(*room, "goal (2,2)")};
  GoalWalker walker({{2, 1}, {0, 0}, {1, 1}});
  const EvaluationResult result =
      evaluateInContext(*room, tasks, walker, {.episodes = 3}, Rng(Seed{1}), uninterrupted());
  QCOMPARE(result.rollouts[0].actions.size(), std::size_t{3});
  QCOMPARE(result.rollouts[0].observations.size(), std::size_t{6});
  QCOMPARE(result.rollouts[1].rewards.size(), std::size_t{6});
  QCOMPARE(result.rollouts[2].ends.size(), std::size_t{15});
  QVERIFY(result.rollouts[2].ends.back() == End::Truncated);
  QCOMPARE(result.returns, (std::vector<float>{1, 1, 1, 1, 1, 1, 0, 0, 0}));
  QCOMPARE(result.environment_steps, std::int64_t{3 + 6 + 15});
}

void InContextEvaluatorTest::theSameGeneratorGivesTheSameRollouts() {
  const auto room = makeEnvironment(smallRoom(false));
  const std::vector<TaskId> tasks = {TaskId{0}, TaskId{3}};
  RandomPolicy policy(kGridActionCount);
  const auto play = [&](std::uint64_t seed) {
    return evaluateInContext(*room, tasks, policy, {.episodes = 20}, Rng(Seed{seed}), uninterrupted());
  };
  const EvaluationResult first = play(7);
  const EvaluationResult again = play(7);
  const EvaluationResult other = play(8);
  QVERIFY(sameRollout(first.rollouts[0], again.rollouts[0]));
  QVERIFY(sameRollout(first.rollouts[1], again.rollouts[1]));
  QVERIFY(first.rollouts[0].actions != other.rollouts[0].actions);
}

void InContextEvaluatorTest::moreStreamsChangeNoOtherStream() {
  EnvironmentOptions options = smallRoom(true);
  options.start = StartRule::Random;
  const auto room = makeEnvironment(options);
  const std::vector<TaskId> more = {TaskId{0}, TaskId{3}, TaskId{5}, TaskId{1}};
  const std::vector<TaskId> fewer(more.begin(), more.begin() + 2);
  RandomPolicy policy(kGridActionCount);
  const EvaluationOptions ten{.episodes = 10};
  const auto small = evaluateInContext(*room, fewer, policy, ten, Rng(Seed{3}), uninterrupted());
  const auto large = evaluateInContext(*room, more, policy, ten, Rng(Seed{3}), uninterrupted());
  for (std::size_t i = 0; i < 2; ++i) QVERIFY(sameRollout(small.rollouts[i], large.rollouts[i]));
}

void InContextEvaluatorTest::taskOrderDoesNotChangeATasksOwnRollout() {
  const auto room = makeEnvironment(smallRoom(true));
  const TaskId near = taskNamed(*room, "goal (2,1)");
  const TaskId far = taskNamed(*room, "goal (0,0)");
  GoalWalker one({{2, 1}, {0, 0}});
  GoalWalker two({{0, 0}, {2, 1}});
  const auto a = evaluateInContext(*room, std::vector{near, far}, one, {.episodes = 4}, Rng(Seed{1}), uninterrupted());
  const auto b = evaluateInContext(*room, std::vector{far, near}, two, {.episodes = 4}, Rng(Seed{1}), uninterrupted());
  QVERIFY(sameRollout(a.rollouts[0], b.rollouts[1]));
  QVERIFY(sameRollout(a.rollouts[1], b.rollouts[0]));
}

void InContextEvaluatorTest::repeatsDrawTheirOwnActions() {
  const auto room = makeEnvironment(smallRoom(false));
  RandomPolicy policy(kGridActionCount);
  const auto result = evaluateInContext(*room, std::vector{TaskId{2}, TaskId{4}}, policy,
                                        {.episodes = 10, .repeats = 2}, Rng(Seed{1}), uninterrupted());
  QVERIFY(result.tasks == (std::vector{TaskId{2}, TaskId{2}, TaskId{4}, TaskId{4}}));
  QCOMPARE(result.repeats, (std::vector<int>{0, 1, 0, 1}));
  QCOMPARE(result.rollouts[3].repeat, 1);
  QVERIFY(result.rollouts[0].actions != result.rollouts[1].actions);
}

// A return lies in [0, 5], so its standard deviation is 2.5 at most and that of the mean of 4000 below 0.04. The bound
// of five of those is missed by a right program once in more than a million seeds.
void InContextEvaluatorTest::randomPlayMeetsItsExactReturn() {
  const auto room = makeEnvironment(smallRoom(false));
  const TaskId task = taskNamed(*room, "goal (2,1)");
  RandomPolicy policy(kGridActionCount);
  const auto result = evaluateInContext(*room, std::vector{task}, policy, {.episodes = 1000, .repeats = 4},
                                        Rng(Seed{11}), uninterrupted());
  double sum = 0.0;
  for (const float value : result.returns) sum += static_cast<double>(value);
  const double exact = computeReferenceReturns(room->makeTask(task)).random;
  QVERIFY2(std::abs(sum / 4000.0 - exact) < 0.2, "seed 11");
}

void InContextEvaluatorTest::withoutRolloutsTheReturnsStay() {
  const auto room = makeEnvironment(smallRoom(false));
  RandomPolicy policy(kGridActionCount);
  const std::vector<TaskId> tasks = {TaskId{0}, TaskId{1}};
  const auto with = evaluateInContext(*room, tasks, policy, {.episodes = 10}, Rng(Seed{2}), uninterrupted());
  const auto without =
      evaluateInContext(*room, tasks, policy, {.episodes = 10, .keep_rollouts = false}, Rng(Seed{2}), uninterrupted());
  QVERIFY(without.rollouts.empty());
  QCOMPARE(without.returns, with.returns);
}

void InContextEvaluatorTest::aStopIsCancelledBeforeTheNextStep() {
  const auto room = makeEnvironment(smallRoom(false));
  RandomPolicy policy(kGridActionCount);
  WatchedControl control(3);
  QVERIFY_EXCEPTION_THROWN(evaluateInContext(*room, std::vector{TaskId{0}}, policy,
                                             {.episodes = 1000000, .keep_rollouts = false}, Rng(Seed{2}), control),
                           Cancelled);
  QCOMPARE(control.pauses(), 4);
}

void InContextEvaluatorTest::progressCountsWholeEpisodes() {
  const auto room = makeEnvironment(smallRoom(false));
  RandomPolicy policy(kGridActionCount);
  WatchedControl control;
  evaluateInContext(*room, std::vector{TaskId{0}, TaskId{1}}, policy, {.episodes = 3, .repeats = 2}, Rng(Seed{2}),
                    control);
  QCOMPARE(control.last().what, std::string("episodes"));
  QCOMPARE(control.last().done, std::int64_t{12});
  QCOMPARE(control.last().total, std::int64_t{12});
}

QTEST_APPLESS_MAIN(InContextEvaluatorTest)
#include "in_context_evaluator_test.moc"
