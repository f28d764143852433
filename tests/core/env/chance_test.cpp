// SPDX-License-Identifier: GPL-3.0-or-later
// What is left to chance, slipping and payment, against probabilities worked out by hand and against exact returns.
// Seeds are fixed; each bound says how often another seed would break it.
#include <QtTest>

#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "core/env/environment.h"
#include "core/env/grid.h"
#include "core/env/reference_returns.h"
#include "core/env/table_stepper.h"
#include "core/env/vector_environment.h"

using namespace limbeck;

namespace {

EnvironmentOptions slipperyMap(const std::string& map, double slip_probability) {
  EnvironmentOptions options = defaultOptions("grid_map");
  options.map = map;
  options.slip_probability = slip_probability;
  options.reward = RewardRule::EveryStep;
  options.horizon = 12;
  return options;
}

struct Mean {
  double value = 0.0;
  double standard_error = 0.0;
};

/// An action for a moment: the step within the episode, and what is seen.
using Player = std::function<Action(int step, std::span<const std::uint8_t> observation, Rng& rng)>;

/// The mean return of an episode over 64 streams.
Mean play(const Environment& environment, TaskId task, int episodes, const Player& player) {
  const int streams = 64;
  const std::size_t size = static_cast<std::size_t>(environment.spec().observationSize());
  VectorEnvironment vector(environment, std::vector<TaskId>(streams, task), Rng(Seed{21}));
  std::vector<float> rewards(streams);
  std::vector<End> ends(streams);
  std::vector<std::uint8_t> arrived(streams * size);
  std::vector<std::uint8_t> observations(streams * size);
  std::vector<Action> actions(streams);
  std::vector<double> returns(streams);
  std::vector<int> steps(streams);
  Rng rng(Seed{22});
  double sum = 0.0;
  double squares = 0.0;
  vector.reset(observations);
  for (int played = 0; played < streams * episodes;) {
    for (int stream = 0; stream < streams; ++stream) {
      actions[stream] = player(steps[stream], std::span(observations).subspan(stream * size, size), rng);
    }
    vector.step(actions, {rewards, ends, arrived, observations});
    for (int stream = 0; stream < streams; ++stream) {
      returns[stream] += rewards[stream];
      ++steps[stream];
      if (ends[stream] == End::None) continue;
      sum += returns[stream];
      squares += returns[stream] * returns[stream];
      returns[stream] = 0.0;
      steps[stream] = 0;
      ++played;
    }
  }
  const double count = streams * episodes;
  const double mean = sum / count;
  return {mean, std::sqrt((squares / count - mean * mean) / count)};
}

}  // namespace

class ChanceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void slipReplacesTheActionByAnyOfAll_data();
  void slipReplacesTheActionByAnyOfAll();
  void armsPayAsOftenAsTheirMeans();
  void certaintyDrawsNothing();
  void exactReturnsAgreeWithPlay_data();
  void exactReturnsAgreeWithPlay();
  void slippingCostsWhatItShould();
};

void ChanceTest::slipReplacesTheActionByAnyOfAll_data() {
  QTest::addColumn<double>("slip");
  QTest::newRow("always") << 1.0;
  QTest::newRow("often") << 0.5;
  QTest::newRow("as by default") << 0.2;
}

// From the middle, left is chosen: it happens with probability 1 - slip + slip / 5, each other move with slip / 5.
// 100000 steps: chi-square with 4 degrees of freedom exceeds 33.4 once in a million.
void ChanceTest::slipReplacesTheActionByAnyOfAll() {
  QFETCH(double, slip);
  const auto map = makeEnvironment(slipperyMap("...\n.~.\n..G", slip));
  const TabularTask task = map->makeTask(TaskId{0});
  TableStepper stepper(task);
  Rng rng(Seed{7});
  std::array<int, 9> counts = {};
  const int tries = 100'000;
  for (int i = 0; i < tries; ++i) {
    stepper.startAt(4);
    stepper.step(static_cast<Action>(GridAction::Left), rng);
    ++counts[static_cast<std::size_t>(stepper.state())];
  }
  const std::array expected = {std::pair{3, 1.0 - slip + slip / 5.0}, std::pair{5, slip / 5.0},
                               std::pair{1, slip / 5.0}, std::pair{7, slip / 5.0}, std::pair{4, slip / 5.0}};
  double statistic = 0.0;
  int seen = 0;
  for (const auto& [cell, probability] : expected) {
    const int count = counts[static_cast<std::size_t>(cell)];
    statistic += std::pow(count - tries * probability, 2) / (tries * probability);
    seen += count;
  }
  QCOMPARE(seen, tries);
  QVERIFY2(statistic < 33.4, qPrintable(QString::number(statistic)));
}

// 20000 pulls an arm; one of ten frequencies is 5 standard errors off once in 170000 seeds.
void ChanceTest::armsPayAsOftenAsTheirMeans() {
  const auto bandit = makeEnvironment(defaultOptions("bandit"));
  const TabularTask task = bandit->makeTask(TaskId{3});
  TableStepper stepper(task);
  Rng rng(Seed{8});
  for (Action arm = 0; arm < 10; ++arm) {
    const int pulls = 20'000;
    int paid = 0;
    for (int i = 0; i < pulls; ++i) {
      stepper.reset(rng);
      const TableStepper::Outcome outcome = stepper.step(arm, rng);
      QVERIFY(outcome.reward == 0.0F || outcome.reward == 1.0F);
      QCOMPARE(outcome.end, End::Truncated);
      paid += outcome.reward == 1.0F ? 1 : 0;
    }
    const double mean = double{task.reward[arm]};
    const double standard_error = std::sqrt(mean * (1.0 - mean) / pulls);
    QVERIFY2(std::abs(paid / double{pulls} - mean) <= 5.0 * standard_error, qPrintable(QString::number(paid)));
  }
}

// So that the histories of deterministic environments are what they were before there was chance.
void ChanceTest::certaintyDrawsNothing() {
  const auto room = makeEnvironment(defaultOptions("key_to_door"));
  const TabularTask task = room->makeTask(TaskId{5});
  TableStepper stepper(task);
  Rng rng(Seed{9});
  const Rng::State before = rng.state();
  stepper.startAt(0);
  for (int i = 0; i < 40; ++i) stepper.step(static_cast<Action>(i % 5), rng);
  QVERIFY(rng.state() == before);
}

void ChanceTest::exactReturnsAgreeWithPlay_data() {
  QTest::addColumn<QString>("name");
  QTest::addColumn<QString>("map");
  QTest::newRow("bandit") << "bandit"
                          << "";
  QTest::newRow("slippery") << "grid_map"
                            << "S~~G\n~.~~\n~~..";
  QTest::newRow("slippery goal's way with walls") << "grid_map"
                                                  << "S~#~\n.~~~\n~#.G";
}

// The best plan and uniform play, 640 and 640 episodes on each of 64 streams. One of six means is 5 standard errors off
// once in 290000 seeds. With a goal that pays on every step and ends nothing, what is seen is the state.
void ChanceTest::exactReturnsAgreeWithPlay() {
  QFETCH(QString, name);
  QFETCH(QString, map);
  const bool is_map = !map.isEmpty();
  const auto environment =
      makeEnvironment(is_map ? slipperyMap(map.toStdString(), 0.6) : defaultOptions(name.toStdString()));
  const TaskId id{0};
  const TabularTask task = environment->makeTask(id);
  const ReferenceReturns expected = computeReferenceReturns(task);
  const std::vector<Action> plan = computeOptimalActions(task);
  const auto best = play(*environment, id, 640, [&](int step, std::span<const std::uint8_t> observation, Rng&) {
    const int state = is_map ? observation[1] * environment->gridSize().width + observation[0] : 0;
    return plan[static_cast<std::size_t>(step) * task.state_count + state];
  });
  const auto random = play(*environment, id, 640, [&](int, std::span<const std::uint8_t>, Rng& rng) {
    return static_cast<Action>(rng.below(static_cast<std::uint32_t>(task.spec.action_count)));
  });
  const QString found = QString("best %1 (%2 exactly, error %3), random %4 (%5 exactly, error %6)")
                            .arg(best.value)
                            .arg(expected.optimal)
                            .arg(best.standard_error)
                            .arg(random.value)
                            .arg(expected.random)
                            .arg(random.standard_error);
  QVERIFY2(std::abs(best.value - expected.optimal) < 5.0 * best.standard_error, qPrintable(found));
  QVERIFY2(std::abs(random.value - expected.random) < 5.0 * random.standard_error, qPrintable(found));
}

// One row, S ~ G, two steps, slip p: right onto the floor that slips, then right onto the goal with probability
// 1 - p + p / 5; nothing else arrives in time. With p = 0 the goal is certain, with p = 1 it is one of five.
void ChanceTest::slippingCostsWhatItShould() {
  for (const double slip : {0.0, 0.2, 0.5, 1.0}) {
    EnvironmentOptions options = slipperyMap("S~G", slip);
    options.horizon = 2;
    const ReferenceReturns returns = computeReferenceReturns(makeEnvironment(options)->makeTask(TaskId{0}));
    QVERIFY(std::abs(returns.optimal - (1.0 - slip + slip / 5.0)) < 1e-7);  // the table holds the slip as a float
    QVERIFY(std::abs(returns.random - 1.0 / 25.0) < 1e-7);                  // two of five moves, slipping or not
  }
}

QTEST_APPLESS_MAIN(ChanceTest)
#include "chance_test.moc"
