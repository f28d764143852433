// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <algorithm>
#include <map>
#include <numeric>

#include "core/env/environment.h"
#include "core/env/reference_returns.h"
#include "core/source/source_algorithm.h"
#include "tests/core/source/made_task.h"

using namespace limbeck;

namespace {

/// Watkins's Q(lambda) as a textbook has it, with a trace for every entry of the whole table, on tasks without chance.
/// It shares with the real one the meaning of the random streams, and that traces below 1e-7 are nothing.
HistoryBuffer plainQLambda(const TabularTask& task, const SourceOptions& options, const Rng& rng) {
  Rng initial = rng.split("initial_values");
  Rng steps = rng.split("steps");
  const auto actions = static_cast<std::size_t>(task.spec.action_count);
  const auto size = static_cast<std::size_t>(task.spec.observationSize());
  std::map<std::string, std::size_t> rows;
  const auto rowOf = [&](int state) {
    const auto begin = task.observation.begin() + state * static_cast<std::ptrdiff_t>(size);
    const std::string key = options.observes_state ? std::to_string(state) : std::string(begin, begin + size);
    return rows.try_emplace(key, rows.size()).first->second;
  };
  for (int state = 0; state < task.state_count; ++state) rowOf(state);
  std::vector<std::vector<float>> q(rows.size(), std::vector<float>(actions));
  for (auto& row : q) {
    for (float& value : row) {
      value = static_cast<float>(options.initial_value + (2.0 * initial.uniform() - 1.0) * options.initial_noise);
    }
  }
  const auto discount = static_cast<float>(options.discount);
  const auto decay = static_cast<float>(options.discount * options.trace_decay);
  HistoryBuffer history;
  for (int episode = 0; episode < options.episodes; ++episode) {
    const double progress = std::min(1.0, episode / (options.epsilon_share * options.episodes));
    const double epsilon = options.epsilon_start + (options.epsilon_end - options.epsilon_start) * progress;
    std::vector<std::vector<float>> trace(q.size(), std::vector<float>(actions, 0.0F));
    int state = task.start_states.size() == 1
                    ? task.start_states[0]
                    : task.start_states[steps.below(static_cast<std::uint32_t>(task.start_states.size()))];
    for (int step = 1;; ++step) {
      const std::size_t row = rowOf(state);
      const std::uint64_t draw = steps.next();
      auto action = static_cast<std::size_t>(std::ranges::max_element(q[row]) - q[row].begin());
      if (static_cast<double>(draw >> 32) * 0x1.0p-32 < epsilon) action = (draw & 0xFFFFFFFFU) * actions >> 32;
      if (q[row][action] < std::ranges::max(q[row])) {
        for (auto& traces : trace) std::ranges::fill(traces, 0.0F);
      }
      const std::size_t entry = static_cast<std::size_t>(state) * actions + action;
      const int next = task.next_state[entry];
      const bool is_terminal = task.terminal[static_cast<std::size_t>(next)] != 0;
      const float future = is_terminal ? 0.0F : std::ranges::max(q[rowOf(next)]);
      const float error = task.reward[entry] + discount * future - q[row][action];
      const float change = static_cast<float>(options.learning_rate) * error;
      trace[row][action] = 1.0F;
      for (std::size_t r = 0; r < q.size(); ++r) {
        for (std::size_t a = 0; a < actions; ++a) {
          q[r][a] += change * trace[r][a];
          trace[r][a] = trace[r][a] * decay < 1e-7F ? 0.0F : trace[r][a] * decay;
        }
      }
      const End end = is_terminal ? End::Terminated : step == task.spec.horizon ? End::Truncated : End::None;
      history.observations.insert(history.observations.end(), task.observation.begin() + state * static_cast<int>(size),
                                  task.observation.begin() + (state + 1) * static_cast<int>(size));
      history.actions.push_back(static_cast<Action>(action));
      history.rewards.push_back(task.reward[entry]);
      history.ends.push_back(end);
      state = next;
      if (end != End::None) break;
    }
  }
  return history;
}

EnvironmentOptions small(const char* name, int size, bool ends_at_goal = false) {
  EnvironmentOptions options = defaultOptions(name);
  options.size = size;
  options.ends_at_goal = ends_at_goal;
  return options;
}

HistoryBuffer learn(const TabularTask& task, const SourceOptions& options, std::uint64_t seed) {
  HistoryBuffer buffer;
  makeSourceAlgorithm(options)->learn(task, Rng(Seed{seed}), buffer);
  return buffer;
}

SourceOptions qLambda(int episodes, double trace_decay) {
  SourceOptions options;
  options.algorithm = "q_lambda";
  options.episodes = episodes;
  options.trace_decay = trace_decay;
  return options;
}

TabularTask taskNumber(int number) {
  switch (number) {
    case 0:
      return makeEnvironment(small("darkroom", 5))->makeTask(TaskId{3});
    case 1:
      return makeEnvironment(small("darkroom", 5, true))->makeTask(TaskId{20});
    case 2:
      return makeEnvironment(small("key_to_door", 4))->makeTask(TaskId{100});
    default:
      return corridor(6, 12, 11, 9);
  }
}

}  // namespace

class QLambdaTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void equalsThePlainTwinTransitionByTransition_data() {
    QTest::addColumn<int>("task");
    QTest::addColumn<bool>("observes_state");
    QTest::addColumn<double>("trace_decay");
    QTest::newRow("room") << 0 << true << 0.9;
    QTest::newRow("room that ends at the goal, traces that do not fade") << 1 << true << 1.0;
    QTest::newRow("hidden key, on the state") << 2 << true << 0.8;
    QTest::newRow("hidden key, on what is seen") << 2 << false << 0.5;
    QTest::newRow("traces that are soon forgotten") << 3 << true << 0.05;
  }
  void equalsThePlainTwinTransitionByTransition() {
    QFETCH(int, task);
    QFETCH(bool, observes_state);
    QFETCH(double, trace_decay);
    SourceOptions options = qLambda(60, trace_decay);
    options.observes_state = observes_state;
    options.epsilon_end = 0.05;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const HistoryBuffer fast = learn(taskNumber(task), options, seed);
      const HistoryBuffer plain = plainQLambda(taskNumber(task), options, Rng(Seed{seed}));
      QCOMPARE(fast.actions, plain.actions);
      QCOMPARE(fast.observations, plain.observations);
      QCOMPARE(fast.rewards, plain.rewards);
      QVERIFY(fast.ends == plain.ends);
    }
  }

  void withoutTracesItIsQLearning() {
    SourceOptions options = qLambda(80, 0.0);
    for (int task = 0; task < 4; ++task) {
      const HistoryBuffer traced = learn(taskNumber(task), options, 5);
      options.algorithm = "q_learning";
      QCOMPARE(traced.actions, learn(taskNumber(task), options, 5).actions);
      options.algorithm = "q_lambda";
      QVERIFY(traced.actions != learn(taskNumber(task), qLambda(80, 0.9), 5).actions);
    }
  }

  void tracesTeachTheWayAtOnce() {
    // A corridor of 9 cells with a reward at its end that an episode reaches just in time, one action in ten at random.
    // Q-learning's knowledge goes back one cell an arrival; traces take it back along the whole greedy way.
    SourceOptions options = qLambda(100, 0.9);
    options.epsilon_start = 0.1;
    options.epsilon_end = 0.1;
    options.initial_value = 0.0;
    const TabularTask task = corridor(9, 10, 2, 1);
    const auto earned = [&] {
      double sum = 0.0;
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const HistoryBuffer history = learn(task, options, seed);
        sum += static_cast<double>(std::accumulate(history.rewards.begin(), history.rewards.end(), 0.0F));
      }
      return sum;
    };
    const double with_traces = earned();
    options.trace_decay = 0.0;
    const double without = earned();
    QVERIFY2(with_traces > 1.2 * without, qPrintable(QString("%1 against %2").arg(with_traces).arg(without)));
  }

  void learnsKeyToDoorToItsOptimum() {
    // Over 10 tasks and 5 seeds the last tenth of the history must come within 3 % of the optimum, which random play
    // does not come near.
    const auto environment = makeEnvironment(small("key_to_door", 5));
    double reached = 0.0;
    double optimum = 0.0;
    for (int id = 0; id < 600; id += 60) {
      const TabularTask task = environment->makeTask(TaskId{id});
      for (std::uint64_t seed = 0; seed < 5; ++seed) {
        const std::vector<double> returns = episodeReturns(learn(task, qLambda(300, 0.9), seed));
        reached += std::accumulate(returns.end() - 30, returns.end(), 0.0) / 30;
        optimum += computeReferenceReturns(task).optimal;
      }
    }
    QVERIFY2(reached >= 0.97 * optimum, qPrintable(QString::number(reached / optimum)));
  }
};

QTEST_APPLESS_MAIN(QLambdaTest)
#include "q_lambda_test.moc"
