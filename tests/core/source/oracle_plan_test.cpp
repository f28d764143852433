// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/oracle_plan.h"

#include <QtTest>
#include <cmath>
#include <set>
#include <tuple>

#include "core/base/rng.h"
#include "core/env/environment.h"
#include "tests/core/source/made_task.h"

using namespace limbeck;

namespace {

/// The good actions of every state at every step, [horizon][state]: the three criteria as they are written down, from
/// the last step to the first. Ways to a reward are counted by looking one, two, three steps ahead.
std::vector<std::vector<std::set<int>>> plainPlan(const TabularTask& task) {
  const int actions = task.spec.action_count;
  const int horizon = task.spec.horizon;
  const auto states = static_cast<std::size_t>(task.state_count);
  std::vector<int> nearest(states, 1 << 20);
  const auto stepsVia = [&](std::size_t entry) {
    const std::size_t next = task.next_state[entry];
    if (task.reward[entry] > 0.0F) return 1;
    return task.terminal[next] != 0 ? 1 << 20 : std::min(1 << 20, nearest[next] + 1);
  };
  for (std::size_t sweep = 0; sweep <= states; ++sweep) {
    for (std::size_t entry = 0; entry < task.next_state.size(); ++entry) {
      int& best = nearest[entry / static_cast<std::size_t>(actions)];
      best = std::min(best, stepsVia(entry));
    }
  }
  std::vector<std::vector<std::set<int>>> good(static_cast<std::size_t>(horizon));
  std::vector<double> total(states, 0.0);
  std::vector<double> sooner(states, 0.0);
  for (int step = horizon - 1; step >= 0; --step) {
    good[step].resize(states);
    const std::vector<double> total_after = total;
    const std::vector<double> sooner_after = sooner;
    for (std::size_t state = 0; state < states; ++state) {
      std::vector<std::tuple<double, double, int>> worth;
      for (int action = 0; action < actions; ++action) {
        const std::size_t entry = state * static_cast<std::size_t>(actions) + action;
        const std::size_t next = task.next_state[entry];
        const auto reward = static_cast<double>(task.reward[entry]);
        const double goes_on = task.terminal[next] != 0 ? 0.0 : 1.0;
        worth.emplace_back(reward + goes_on * total_after[next],
                           reward * (horizon - step) + goes_on * sooner_after[next], -stepsVia(entry));
      }
      const auto best = *std::ranges::max_element(worth);
      for (int action = 0; action < actions; ++action) {
        if (worth[action] == best) good[step][state].insert(action);
      }
      std::tie(total[state], sooner[state], std::ignore) = best;
    }
  }
  return good;
}

/// What differs from the plain plan first, or nothing.
QString difference(const TabularTask& task) {
  const OraclePlan plan(task);
  const auto plain = plainPlan(task);
  for (int step = 0; step < task.spec.horizon; ++step) {
    for (int state = 0; state < task.state_count; ++state) {
      std::set<int> choices;
      for (int choice = 0; choice < plan.choices(step, state); ++choice) {
        choices.insert(plan.action(step, state, choice));
      }
      if (choices != plain[step][state]) return QString("step %1, state %2").arg(step).arg(state);
    }
  }
  return {};
}

/// Moves, rewards and ends drawn at random: rewards of a few halves, so that sums are exact and ties are many.
TabularTask randomTask(Rng draws, bool can_end, bool can_lose) {
  TabularTask task = corridor(4 + static_cast<int>(draws.below(12)), 70, 2 + static_cast<int>(draws.below(3)), 1);
  const auto states = static_cast<std::uint32_t>(task.state_count);
  for (std::uint16_t& next : task.next_state) next = static_cast<std::uint16_t>(draws.below(states));
  for (float& reward : task.reward) {
    reward = draws.below(5) == 0 ? static_cast<float>(draws.below(4)) / 2.0F : 0.0F;
    if (can_lose && draws.below(3) == 0) reward -= 0.5F;
  }
  for (std::uint8_t& ends : task.terminal) ends = can_end && draws.below(4) == 0 ? 1 : 0;
  return task;
}

}  // namespace

class OraclePlanTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void choosesAsThePlainPlan_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("ends_at_goal");
    for (const bool ends : {false, true}) {
      QTest::addRow("darkroom, %s", ends ? "ends" : "goes on") << "darkroom" << 5 << ends;
      QTest::addRow("darkroom_hard, %s", ends ? "ends" : "goes on") << "darkroom_hard" << 5 << ends;
      QTest::addRow("key_to_door, %s", ends ? "ends" : "goes on") << "key_to_door" << 4 << ends;
    }
  }
  void choosesAsThePlainPlan() {
    QFETCH(QString, name);
    QFETCH(int, size);
    QFETCH(bool, ends_at_goal);
    EnvironmentOptions options = defaultOptions(name.toStdString());
    options.size = size;
    options.ends_at_goal = ends_at_goal;
    options.horizon = 100;  // far more steps than any way has
    const auto environment = makeEnvironment(options);
    for (int id = 0; id < environment->taskCount(); id += 3) {
      const QString found = difference(environment->makeTask(TaskId{id}));
      QVERIFY2(found.isEmpty(), qPrintable(QString("task %1: %2").arg(id).arg(found)));
    }
  }

  void endingIsWorthItsPriceWithEnoughStepsLeft() {
    // Each step costs a half, ending costs 3 at once. What follows an end is never played, but has its place in the
    // tables, and here it costs a half a step, too: all states lose the same from step to step, and still the choice
    // turns with seven steps left.
    TabularTask task = corridor(2, 20, 2, 1);
    task.next_state = {0, 1, 0, 0};
    task.reward = {-0.5F, -3.0F, -0.5F, -0.5F};
    task.terminal = {0, 1};
    const OraclePlan plan(task);
    for (int step = 0; step < 20; ++step) {
      QCOMPARE(plan.choices(step, 0), 1);
      QCOMPARE(static_cast<int>(plan.action(step, 0, 0)), 20 - step >= 7 ? 1 : 0);
    }
  }

  void choosesAsThePlainPlanInRandomTasks() {
    for (const bool can_end : {false, true}) {
      for (const bool can_lose : {false, true}) {
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
          const QString found = difference(randomTask(Rng(Seed{seed}), can_end, can_lose));
          QVERIFY2(found.isEmpty(), qPrintable(QString("seed %1: %2").arg(seed).arg(found)));
        }
      }
    }
  }
};

QTEST_APPLESS_MAIN(OraclePlanTest)
#include "oracle_plan_test.moc"
