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
#include "core/env/table_stepper.h"
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

/// The start state that shows `observation`, -1 if none does.
int startShowing(const TabularTask& task, std::span<const std::uint8_t> observation) {
  for (const std::uint16_t state : task.start_states) {
    if (std::ranges::equal(observationOf(task, state), observation)) return state;
  }
  return -1;
}

}  // namespace

class EnvironmentConformanceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void tablesAreWellFormed_data() { addRows(); }
  void tablesAreWellFormed();
  void taskNamesAreUnique_data() { addRows(); }
  void taskNamesAreUnique();
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
  }
  QCOMPARE(static_cast<int>(tested->actionNames().size()), tested->spec().action_count);
  QCOMPARE(tested->spec().horizon, options().horizon);
}

void EnvironmentConformanceTest::taskNamesAreUnique() {
  const auto tested = environment();
  QVERIFY(tested->taskCount() > 0);
  std::set<std::string> names;
  for (int id = 0; id < tested->taskCount(); ++id) names.insert(tested->taskName(TaskId{id}));
  QCOMPARE(static_cast<int>(names.size()), tested->taskCount());
}

void EnvironmentConformanceTest::startCellsAreWhereTheTablesBegin() {
  const auto tested = environment();
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

// Follows each stream by hand through the tables: rewards, both observations, and when and how episodes end.
void EnvironmentConformanceTest::everyStepFollowsTheTables() {
  const auto tested = environment();
  const std::vector<TaskId> tasks = someTasks(*tested);
  const int streams = static_cast<int>(tasks.size());
  const int steps = 10 * tested->spec().horizon + 3;
  const Record record = play(*tested, tasks, steps, Seed{5});
  const std::size_t size = static_cast<std::size_t>(tested->spec().observationSize());
  for (int stream = 0; stream < streams; ++stream) {
    const TabularTask task = tested->makeTask(tasks[stream]);
    const auto shown = [&](const std::vector<std::uint8_t>& rows, int step) {
      return std::span(rows).subspan((static_cast<std::size_t>(step) * streams + stream) * size, size);
    };
    int state = startShowing(task, shown(record.observations, 0));
    int length = 0;
    for (int step = 0; step < steps; ++step) {
      QVERIFY(state >= 0);
      const std::size_t cell = static_cast<std::size_t>(step) * streams + stream;
      const std::size_t entry = static_cast<std::size_t>(state) * task.spec.action_count + record.actions[cell];
      state = task.next_state[entry];
      ++length;
      QCOMPARE(record.rewards[cell], task.reward[entry]);
      QVERIFY(std::ranges::equal(shown(record.arrived, step), observationOf(task, state)));
      const End end = task.terminal[state] != 0          ? End::Terminated
                      : length == tested->spec().horizon ? End::Truncated
                                                         : End::None;
      QCOMPARE(record.ends[cell], end);
      if (end != End::None) {
        length = 0;
        state = startShowing(task, shown(record.observations, step + 1));
      } else {
        QVERIFY(std::ranges::equal(shown(record.observations, step + 1), observationOf(task, state)));
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
    const std::vector<Action> actions = computeOptimalActions(task);
    TableStepper stepper(task);
    Rng rng(Seed{1});
    double total = 0.0;
    for (const std::uint16_t start : task.start_states) {
      stepper.startAt(start);
      End end = End::None;
      while (end == End::None) {
        const std::size_t row = static_cast<std::size_t>(stepper.steps()) * task.state_count;
        const TableStepper::Outcome outcome = stepper.step(actions[row + stepper.state()], rng);
        total += outcome.reward;
        end = outcome.end;
      }
    }
    const ReferenceReturns returns = computeReferenceReturns(task);
    QCOMPARE(total / static_cast<double>(task.start_states.size()), returns.optimal);
    QVERIFY(returns.random >= 0.0 && returns.random <= returns.optimal);
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
