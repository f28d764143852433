// SPDX-License-Identifier: GPL-3.0-or-later
// What every environment promises, whatever its rules: each registered name in several settings.
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "core/env/environment.h"
#include "core/env/environment_json.h"
#include "core/env/reference_returns.h"
#include "core/env/vector_environment.h"
#include "tests/core/env/option_sets.h"

using namespace limbeck;

namespace {

/// Everything that some streams saw in `steps` lockstep steps, one row a step.
struct Record {
  explicit Record(int streams, const EnvironmentSpec& spec, int steps)
      : observation_bytes(static_cast<std::size_t>(streams) * spec.observationSize()),
        observations(static_cast<std::size_t>(steps + 1) * observation_bytes),
        arrived(observations.size()),
        actions(static_cast<std::size_t>(steps) * streams),
        rewards(actions.size()),
        ends(actions.size()) {}
  bool operator==(const Record&) const = default;

  std::size_t observation_bytes;
  std::vector<std::uint8_t> observations;  ///< [steps + 1, streams, size]
  std::vector<std::uint8_t> arrived;       ///< [steps + 1, streams, size], the last row stays empty
  std::vector<Action> actions;             ///< [steps, streams]
  std::vector<float> rewards;
  std::vector<End> ends;
};

/// Plays random actions; stream i draws them from its own generator, as the environment does.
Record play(const Environment& environment, const std::vector<TaskId>& tasks, int steps, Seed seed) {
  const int streams = static_cast<int>(tasks.size());
  VectorEnvironment vector(environment, tasks, Rng(seed));
  Record record(streams, vector.spec(), steps);
  std::vector<Rng> rngs;
  for (int stream = 0; stream < streams; ++stream) rngs.push_back(Rng(seed).split("actions", stream));
  const std::span<std::uint8_t> observations = record.observations;
  const std::span<std::uint8_t> arrived = record.arrived;
  vector.reset(observations.first(record.observation_bytes));
  for (int step = 0; step < steps; ++step) {
    const std::size_t row = static_cast<std::size_t>(step) * streams;
    for (int stream = 0; stream < streams; ++stream) {
      record.actions[row + stream] = static_cast<Action>(rngs[stream].below(vector.spec().action_count));
    }
    vector.step(
        std::span(record.actions).subspan(row, streams),
        {.rewards = std::span(record.rewards).subspan(row, streams),
         .ends = std::span(record.ends).subspan(row, streams),
         .arrived = arrived.subspan(step * record.observation_bytes, record.observation_bytes),
         .observations = observations.subspan((step + 1) * record.observation_bytes, record.observation_bytes)});
  }
  return record;
}

/// First, last and some between, the first one twice.
std::vector<TaskId> someTasks(const Environment& environment) {
  const int count = environment.taskCount();
  return {TaskId{0}, TaskId{count - 1}, TaskId{count / 2}, TaskId{count / 3}, TaskId{0}};
}

std::span<const std::uint8_t> observationOf(const TabularTask& task, int state) {
  const std::size_t size = static_cast<std::size_t>(task.spec.observationSize());
  return std::span(task.observation).subspan(state * size, size);
}

/// The start states that show `observation`.
std::set<int> startsShowing(const TabularTask& task, std::span<const std::uint8_t> observation) {
  std::set<int> states;
  for (const std::uint16_t state : task.start_states) {
    if (std::ranges::equal(observationOf(task, state), observation)) states.insert(state);
  }
  return states;
}

struct Seen {
  Action action = 0;
  float reward = 0.0F;
  End end = End::None;
  std::span<const std::uint8_t> arrived;
};

/// The states in which an agent may be that was in one of `states` after `steps` steps and saw this: one state, or none
/// if a table was not followed, except where chance and a hidden part of the state leave more open.
std::set<int> possibleAfter(const TabularTask& task, const std::set<int>& states, int steps, const Seen& seen) {
  std::set<int> after;
  for (const int state : states) {
    for (int happened = 0; happened < task.spec.action_count; ++happened) {
      const bool may_slip = !task.slip.empty() && task.slip[state] > 0.0F;
      if (happened != seen.action && !may_slip) continue;
      const std::size_t entry = static_cast<std::size_t>(state) * task.spec.action_count + happened;
      const int next = task.next_state[entry];
      const float reward = task.reward[entry];
      const bool may_pay = task.pays_by_chance
                               ? (seen.reward == 1.0F ? reward > 0.0F : seen.reward == 0.0F && reward < 1.0F)
                               : seen.reward == reward;
      const End end = task.terminal[next] != 0         ? End::Terminated
                      : steps + 1 == task.spec.horizon ? End::Truncated
                                                       : End::None;
      if (may_pay && end == seen.end && std::ranges::equal(observationOf(task, next), seen.arrived)) after.insert(next);
    }
  }
  return after;
}

/// What a plan ([horizon, states] of actions) earns on average: the probability of each state forwards in time, where
/// the references go backwards.
double expectedReturn(const TabularTask& task, const std::vector<Action>& plan) {
  const std::size_t actions = static_cast<std::size_t>(task.spec.action_count);
  std::vector<double> reached(task.state_count, 0.0);
  for (const std::uint16_t start : task.start_states) reached[start] += 1.0 / task.start_states.size();
  double total = 0.0;
  for (int step = 0; step < task.spec.horizon; ++step) {
    std::vector<double> next(reached.size(), 0.0);
    for (std::size_t state = 0; state < reached.size(); ++state) {
      if (reached[state] == 0.0) continue;
      const double slip = task.slip.empty() ? 0.0 : double{task.slip[state]};
      const auto happens = [&](std::size_t action, double probability) {
        const std::size_t entry = state * actions + action;
        total += probability * task.reward[entry];
        if (task.terminal[task.next_state[entry]] == 0) next[task.next_state[entry]] += probability;
      };
      happens(plan[step * reached.size() + state], (1.0 - slip) * reached[state]);
      for (std::size_t action = 0; slip > 0.0 && action < actions; ++action) {
        happens(action, slip / static_cast<double>(actions) * reached[state]);
      }
    }
    reached.swap(next);
  }
  return total;
}

}  // namespace

class EnvironmentConformanceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void tablesAreWellFormed_data() { addRows(); }
  void tablesAreWellFormed();
  void taskNamesAreUnique_data() { addRows(); }
  void taskNamesAreUnique();
  void poolsLieBehindTheTrainingTasks_data() { addRows(); }
  void poolsLieBehindTheTrainingTasks();
  void drawingFitsTheGrid_data() { addRows(); }
  void drawingFitsTheGrid();
  void startCellsAreWhereTheTablesBegin_data() { addRows(); }
  void startCellsAreWhereTheTablesBegin();
  void everyRewardIsPaidAtAMarker_data() { addRows(); }
  void everyRewardIsPaidAtAMarker();
  void everyStepFollowsTheTables_data() { addRows(); }
  void everyStepFollowsTheTables();
  void sameSeedGivesTheSameRollout_data() { addRows(); }
  void sameSeedGivesTheSameRollout();
  void addingAStreamChangesNoOther_data() { addRows(); }
  void addingAStreamChangesNoOther();
  void optimalActionsEarnTheOptimalReturn_data() { addRows(); }
  void optimalActionsEarnTheOptimalReturn();
  void optionsMakeTheSameEnvironmentFromJson_data() { addRows(); }
  void optionsMakeTheSameEnvironmentFromJson();

 private:
  void addRows() {
    QTest::addColumn<int>("set");
    sets_ = testing::optionSets();
    for (int i = 0; i < static_cast<int>(sets_.size()); ++i) QTest::newRow(sets_[i].title.c_str()) << i;
  }
  const EnvironmentOptions& options() const {
    QFETCH(int, set);
    return sets_[set].options;
  }
  std::unique_ptr<Environment> environment() const { return makeEnvironment(options()); }

  std::vector<testing::OptionSet> sets_;
};

void EnvironmentConformanceTest::tablesAreWellFormed() {
  const auto tested = environment();
  for (const TaskId id : someTasks(*tested)) {
    const TabularTask task = tested->makeTask(id);
    const std::size_t states = static_cast<std::size_t>(task.state_count);
    QVERIFY(task.spec == tested->spec());
    QCOMPARE(task.next_state.size(), states * task.spec.action_count);
    QCOMPARE(task.reward.size(), states * task.spec.action_count);
    QCOMPARE(task.terminal.size(), states);
    QCOMPARE(task.observation.size(), states * task.spec.observationSize());
    QVERIFY(std::ranges::all_of(task.next_state, [&](int next) { return next < task.state_count; }));
    QVERIFY(std::ranges::all_of(task.terminal, [](int flag) { return flag <= 1; }));
    QVERIFY(std::ranges::all_of(task.reward, [](float reward) { return std::isfinite(reward); }));
    for (std::size_t i = 0; i < task.observation.size(); ++i) {
      QVERIFY(task.observation[i] < task.spec.observation_classes[i % task.spec.observationSize()]);
    }
    QVERIFY(!task.start_states.empty());
    QVERIFY(std::ranges::all_of(task.start_states, [&](int state) { return state < task.state_count; }));
    QCOMPARE(std::set(task.start_states.begin(), task.start_states.end()).size(), task.start_states.size());
    QVERIFY(task.slip.empty() || task.slip.size() == states);
    QVERIFY(std::ranges::all_of(task.slip, [](float slip) { return slip >= 0.0F && slip <= 1.0F; }));
    if (task.pays_by_chance) {
      QVERIFY(std::ranges::all_of(task.reward, [](float reward) { return reward >= 0.0F && reward <= 1.0F; }));
    }
    QCOMPARE(static_cast<int>(tested->taskActionNames(id).size()), tested->spec().action_count);
  }
  QCOMPARE(static_cast<int>(tested->actionNames().size()), tested->spec().action_count);
  QCOMPARE(tested->spec().horizon, options().horizon);
}

void EnvironmentConformanceTest::taskNamesAreUnique() {
  const auto tested = environment();
  QVERIFY(tested->taskCount() > 0);
  const int stride = tested->taskCount() / 20'000 + 1;  // of millions of tasks some
  std::set<std::string> names;
  std::size_t asked = 0;
  for (int id = 0; id < tested->taskCount(); id += stride, ++asked) names.insert(tested->taskName(TaskId{id}));
  QCOMPARE(names.size(), asked);
}

void EnvironmentConformanceTest::poolsLieBehindTheTrainingTasks() {
  const auto tested = environment();
  int next = -1;
  std::set<std::string> names;
  for (const TaskPool& pool : tested->heldOutPools()) {
    if (next < 0) next = pool.first;
    QVERIFY(pool.first > 0 && pool.count > 0);
    QCOMPARE(pool.first, next);
    next += pool.count;
    QVERIFY(names.insert(pool.name).second);
  }
  QVERIFY(next < 0 || next == tested->taskCount());
}

// A grid is what the observations are coordinates of; where there is none, there is nothing to draw.
void EnvironmentConformanceTest::drawingFitsTheGrid() {
  const auto tested = environment();
  const GridSize size = tested->gridSize();
  const std::vector<CellKind> kinds = tested->cellKinds();
  QCOMPARE(kinds.size(), static_cast<std::size_t>(size.width) * size.height);
  if (kinds.empty()) {
    QVERIFY(size == GridSize{});
    QVERIFY(tested->startCells().empty());
    QVERIFY(tested->markers(TaskId{0}).empty());
    return;
  }
  QVERIFY(tested->spec().observation_classes == (std::vector{size.width, size.height}));
  const TabularTask task = tested->makeTask(TaskId{0});
  for (int state = 0; state < task.state_count; ++state) {
    const auto place = observationOf(task, state);
    const CellKind kind = kinds[static_cast<std::size_t>(place[1]) * size.width + place[0]];
    QCOMPARE(!task.slip.empty() && task.slip[state] > 0.0F, kind == CellKind::Slippery);
    if (kind == CellKind::Wall) continue;  // no move from floor leads into it
    for (int action = 0; action < task.spec.action_count; ++action) {
      const auto to = observationOf(task, task.next_state[state * task.spec.action_count + action]);
      QVERIFY(kinds[static_cast<std::size_t>(to[1]) * size.width + to[0]] != CellKind::Wall);
    }
  }
}

void EnvironmentConformanceTest::startCellsAreWhereTheTablesBegin() {
  const auto tested = environment();
  if (tested->gridSize() == GridSize{}) return;
  for (const TaskId id : someTasks(*tested)) {
    const TabularTask task = tested->makeTask(id);
    std::vector<std::pair<int, int>> places;
    for (const std::uint16_t state : task.start_states) {
      places.emplace_back(observationOf(task, state)[0], observationOf(task, state)[1]);
    }
    QVERIFY(tested->startCells() == places);
  }
}

// What a drawing marks is what the task is about: nothing pays elsewhere, and every marked cell pays.
void EnvironmentConformanceTest::everyRewardIsPaidAtAMarker() {
  const auto tested = environment();
  if (tested->gridSize() == GridSize{}) return;
  for (const TaskId id : someTasks(*tested)) {
    const TabularTask task = tested->makeTask(id);
    std::set<std::pair<int, int>> paying;
    for (std::size_t entry = 0; entry < task.reward.size(); ++entry) {
      if (task.reward[entry] == 0.0F) continue;
      const std::span<const std::uint8_t> arrival = observationOf(task, task.next_state[entry]);
      paying.emplace(arrival[0], arrival[1]);
    }
    std::set<std::pair<int, int>> marked;
    for (const TaskMarker& marker : tested->markers(id)) marked.emplace(marker.x, marker.y);
    QVERIFY(marked == paying);
  }
}

// Follows each stream by hand through the tables: rewards, both observations, and when and how episodes end; of what is
// left to chance, that only happens what may.
void EnvironmentConformanceTest::everyStepFollowsTheTables() {
  const auto tested = environment();
  const std::vector<TaskId> tasks = someTasks(*tested);
  const int streams = static_cast<int>(tasks.size());
  const int steps = std::min(10 * tested->spec().horizon + 3, 2003);
  const Record record = play(*tested, tasks, steps, Seed{5});
  const std::size_t size = static_cast<std::size_t>(tested->spec().observationSize());
  for (int stream = 0; stream < streams; ++stream) {
    const TabularTask task = tested->makeTask(tasks[stream]);
    const auto shown = [&](const std::vector<std::uint8_t>& rows, int step) {
      return std::span(rows).subspan((static_cast<std::size_t>(step) * streams + stream) * size, size);
    };
    std::set<int> states = startsShowing(task, shown(record.observations, 0));
    int length = 0;
    for (int step = 0; step < steps; ++step) {
      const std::size_t cell = static_cast<std::size_t>(step) * streams + stream;
      const End end = record.ends[cell];
      const Seen seen{record.actions[cell], record.rewards[cell], end, shown(record.arrived, step)};
      states = possibleAfter(task, states, length, seen);
      QVERIFY(!states.empty());
      if (task.isDeterministic()) QCOMPARE(states.size(), std::size_t{1});
      ++length;
      if (end != End::None) {
        length = 0;
        states = startsShowing(task, shown(record.observations, step + 1));
        QVERIFY(!states.empty());
      } else {
        QVERIFY(std::ranges::equal(shown(record.observations, step + 1), seen.arrived));
      }
    }
  }
}

void EnvironmentConformanceTest::sameSeedGivesTheSameRollout() {
  const auto tested = environment();
  const std::vector<TaskId> tasks = someTasks(*tested);
  QVERIFY(play(*tested, tasks, 200, Seed{5}) == play(*tested, tasks, 200, Seed{5}));
  QVERIFY(play(*tested, tasks, 200, Seed{5}) != play(*tested, tasks, 200, Seed{6}));
}

void EnvironmentConformanceTest::addingAStreamChangesNoOther() {
  const auto tested = environment();
  std::vector<TaskId> tasks = someTasks(*tested);
  const std::size_t few = tasks.size();
  const int steps = 200;
  const Record alone = play(*tested, tasks, steps, Seed{5});
  tasks.push_back(TaskId{tested->taskCount() - 1});
  const Record together = play(*tested, tasks, steps, Seed{5});
  const std::size_t size = static_cast<std::size_t>(tested->spec().observationSize());
  for (int step = 0; step < steps; ++step) {
    for (std::size_t i = 0; i < few; ++i) {
      QCOMPARE(together.rewards[step * (few + 1) + i], alone.rewards[step * few + i]);
      QCOMPARE(together.ends[step * (few + 1) + i], alone.ends[step * few + i]);
    }
    QVERIFY(std::ranges::equal(std::span(together.observations).subspan(step * (few + 1) * size, few * size),
                               std::span(alone.observations).subspan(step * few * size, few * size)));
  }
}

void EnvironmentConformanceTest::optimalActionsEarnTheOptimalReturn() {
  const auto tested = environment();
  for (const TaskId id : someTasks(*tested)) {
    const TabularTask task = tested->makeTask(id);
    const ReferenceReturns returns = computeReferenceReturns(task);
    const double earned = expectedReturn(task, computeOptimalActions(task));
    QVERIFY2(std::abs(earned - returns.optimal) < 1e-9 * std::max(1.0, returns.optimal),
             qPrintable(QString::number(earned)));
    QVERIFY(returns.random >= 0.0 && returns.random <= returns.optimal);
    if (task.state_count > 1000) return;  // one task of a large room says as much
  }
}

void EnvironmentConformanceTest::optionsMakeTheSameEnvironmentFromJson() {
  const auto tested = environment();
  QVERIFY(tested->options() == options());
  const auto text = toJson(tested->options()).dump();
  const EnvironmentOptions read = environmentOptionsFromJson(nlohmann::json::parse(text));
  QVERIFY(read == options());
  QVERIFY(makeEnvironment(read)->spec() == tested->spec());
}

QTEST_APPLESS_MAIN(EnvironmentConformanceTest)
#include "environment_conformance_test.moc"
