// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/source/source_algorithm.h"
#include "tests/core/source/made_task.h"

using namespace limbeck;

namespace {

constexpr int kPulls = 100;

TabularTask bandit(const std::vector<float>& means) {
  TabularTask task;
  const auto arms = static_cast<int>(means.size());
  task.spec = {.observation_classes = {1}, .action_count = arms, .horizon = 1};
  task.state_count = 1;
  task.next_state.assign(means.size(), 0);
  task.reward = means;
  task.terminal = {0};
  task.observation = {0};
  task.start_states = {0};
  task.pays_by_chance = true;
  return task;
}

/// Ten arms, one half uniform on [.5, 1] and the other on [0, .5].
TabularTask drawnBandit(Rng rng) {
  std::vector<float> means;
  for (int arm = 0; arm < 10; ++arm) {
    means.push_back(static_cast<float>(0.5 * rng.uniform() + (arm % 2 == 1 ? 0.5 : 0.0)));
  }
  return bandit(means);
}

HistoryBuffer pull(const TabularTask& task, double exploration, std::uint64_t seed) {
  SourceOptions options;
  options.algorithm = "ucb";
  options.episodes = kPulls;
  options.exploration = exploration;
  HistoryBuffer buffer;
  makeSourceAlgorithm(options)->learn(task, Rng(Seed{seed}), buffer);
  return buffer;
}

}  // namespace

class UcbTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void earnsWhatIsKnownOfItsConstants_data() {
    QTest::addColumn<double>("exploration");
    QTest::addColumn<double>("expected");
    QTest::newRow("square root of 2, as published") << std::sqrt(2.0) << 64.0;
    QTest::newRow("1") << 1.0 << 69.0;
    QTest::newRow(".5") << 0.5 << 79.0;
    QTest::newRow(".3") << 0.3 << 81.0;
  }
  void earnsWhatIsKnownOfItsConstants() {
    QFETCH(double, exploration);
    QFETCH(double, expected);
    // The known numbers are whole. The sum of 100 pulls has a deviation below 10, so the mean over 2000 bandits one of
    // 0.22: it lies within 0.5 + 4.5 * 0.22 = 1.5 but for 7 times in a million.
    const Rng rng(Seed{7});
    double sum = 0.0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
      const HistoryBuffer history = pull(drawnBandit(rng.split("bandit", i)), exploration, i);
      sum += std::accumulate(history.rewards.begin(), history.rewards.end(), 0.0) / 2000;
    }
    QVERIFY2(std::abs(sum - expected) < 1.5, qPrintable(QString::number(sum)));
  }

  void pullsEveryArmOnceAndThenByItsBound() {
    // Arms that always pay or never do. After one pull each, with c = 1, the bounds are 0 + s, 1 + s, 0 + s with
    // s = sqrt(ln 3 / 1) = 1.048: arm 1 is pulled until sqrt(ln t / (t - 2)) falls 1 below sqrt(ln t), which is so at
    // t = 6: 1 + sqrt(1.792 / 4) = 1.669 and 1.339; at t = 12: 1 + sqrt(2.485 / 10) = 1.498 and 1.576.
    const HistoryBuffer history = pull(bandit({0.0F, 1.0F, 0.0F}), 1.0, 1);
    const std::vector<Action> first(history.actions.begin(), history.actions.begin() + 7);
    QCOMPARE(first, (std::vector<Action>{0, 1, 2, 1, 1, 1, 1}));
    const auto again = std::find(history.actions.begin() + 3, history.actions.end(), Action{0});
    // The first t with sqrt(ln t) > 1 + sqrt(ln t / (t - 2)).
    int t = 4;
    while (std::sqrt(std::log(t)) <= 1.0 + std::sqrt(std::log(t) / (t - 2))) ++t;
    QCOMPARE(again - history.actions.begin(), static_cast<std::ptrdiff_t>(t));
    QCOMPARE(static_cast<int>(*(again + 1)), 2);  // the other one that never paid is due as well
  }

  void withoutExplorationItIsGreedy() {
    const HistoryBuffer history = pull(bandit({0.0F, 0.0F, 1.0F, 1.0F}), 0.0, 1);
    for (std::size_t i = 4; i < kPulls; ++i)
      QCOMPARE(static_cast<int>(history.actions[i]), 2);  // the first of the best
  }

  void refusesTasksOfSeveralStates() {
    try {
      pull(corridor(4, 6, 3, 1), 1.0, 1);
      QFAIL("was accepted");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::InvalidArgument);
      QVERIFY2(std::string(error.what()).find("4 states") != std::string::npos, error.what());
    }
  }
};

QTEST_APPLESS_MAIN(UcbTest)
#include "ucb_test.moc"
