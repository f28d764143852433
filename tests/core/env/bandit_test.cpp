// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/env/environment.h"
#include "core/env/reference_returns.h"
#include "tests/core/env/refusal.h"

using namespace limbeck;

namespace {

EnvironmentOptions with(const std::function<void(EnvironmentOptions&)>& change) {
  EnvironmentOptions options = defaultOptions("bandit");
  change(options);
  return options;
}

struct Summary {
  double random = 0.0;
  double best = 0.0;
  double odd_share = 0.0;  ///< of the tasks whose odd arms are the better ones
};

/// Over `count` tasks from `first` on.
Summary summarize(const Environment& environment, int first, int count) {
  Summary sum;
  for (int id = first; id < first + count; ++id) {
    const TabularTask task = environment.makeTask(TaskId{id});
    const ReferenceReturns returns = computeReferenceReturns(task);
    sum.random += returns.random / count;
    sum.best += returns.optimal / count;
    double odd_minus_even = 0.0;
    for (std::size_t arm = 0; arm < task.reward.size(); ++arm)
      odd_minus_even += arm % 2 == 0 ? task.reward[arm] : -task.reward[arm];
    sum.odd_share += odd_minus_even > 0.0 ? 1.0 / count : 0.0;
  }
  return sum;
}

const TaskPool& poolNamed(const std::vector<TaskPool>& pools, const std::string& name) {
  return *std::ranges::find(pools, name, &TaskPool::name);
}

}  // namespace

class BanditTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void anEpisodeIsAPull();
  void hundredPullsEarnThePublishedReturns_data();
  void hundredPullsEarnThePublishedReturns();
  void armsLieInTheirHalves();
  void taskNumberMeansTheSameForever();
  void armsAndShareAreOptions();
  void nonsenseIsRefusedByName();
};

void BanditTest::anEpisodeIsAPull() {
  const auto bandit = makeEnvironment(defaultOptions("bandit"));
  QCOMPARE(bandit->spec(), (EnvironmentSpec{{1}, 10, 1}));
  QCOMPARE(bandit->taskCount(), 130'000);
  QCOMPARE(bandit->actionNames().front(), std::string("arm 1"));
  QCOMPARE(bandit->actionNames().back(), std::string("arm 10"));
  const TabularTask task = bandit->makeTask(TaskId{0});
  QVERIFY(task.pays_by_chance);
  QCOMPARE(task.state_count, 1);
  const ReferenceReturns returns = computeReferenceReturns(task);
  double sum = 0.0;
  for (const float mean : task.reward) sum += mean;
  QVERIFY(std::abs(returns.random - sum / 10.0) < 1e-12);
  QCOMPARE(returns.optimal, double{std::ranges::max(task.reward)});
}

// 100 pulls of a random arm pay 50. The best of 5 favoured arms has the mean 0.5 + 0.5 * 5/6 = 11/12, printed as 92; of
// 10 uniform ones 10/11. Over 10000 tasks the standard errors are: of the best 0.5 * sqrt(5/252) / 100 = 0.0007 and
// sqrt(10/(121*12)) / 100 = 0.0008, of the mean of ten arms below 0.0010, of a share of 0.95 0.0022, of one half 0.005.
// Five of them are exceeded by one of these nine numbers once in 190000 seeds.
void BanditTest::hundredPullsEarnThePublishedReturns_data() {
  QTest::addColumn<QString>("pool");
  QTest::addColumn<double>("best");
  QTest::addColumn<double>("odd_share");
  QTest::addColumn<double>("share_error");
  QTest::newRow("training") << "" << 11.0 / 12.0 << 0.95 << 0.011;
  QTest::newRow("odd") << "odd" << 11.0 / 12.0 << 0.95 << 0.011;
  QTest::newRow("even") << "even" << 11.0 / 12.0 << 0.05 << 0.011;
  QTest::newRow("uniform") << "uniform" << 10.0 / 11.0 << 0.5 << 0.025;
}

void BanditTest::hundredPullsEarnThePublishedReturns() {
  QFETCH(QString, pool);
  QFETCH(double, best);
  QFETCH(double, odd_share);
  QFETCH(double, share_error);
  const auto bandit = makeEnvironment(defaultOptions("bandit"));
  const std::vector<TaskPool> pools = bandit->heldOutPools();
  const int first = pool.isEmpty() ? 0 : poolNamed(pools, pool.toStdString()).first;
  const Summary summary = summarize(*bandit, first, 10'000);
  const QString found =
      QString("random %1, best %2, odd %3").arg(summary.random).arg(summary.best).arg(summary.odd_share);
  QVERIFY2(std::abs(summary.random - 0.5) < 0.005, qPrintable(found));
  QVERIFY2(std::abs(summary.best - best) < 0.004, qPrintable(found));
  QVERIFY2(std::abs(summary.odd_share - odd_share) < share_error, qPrintable(found));
}

void BanditTest::armsLieInTheirHalves() {
  const auto always_odd = makeEnvironment(with([](EnvironmentOptions& o) { o.favoured_share = 1.0; }));
  const int even_pool = poolNamed(always_odd->heldOutPools(), "even").first;
  for (int i = 0; i < 1000; ++i) {
    const TabularTask odd = always_odd->makeTask(TaskId{i});
    const TabularTask even = always_odd->makeTask(TaskId{even_pool + i});
    for (std::size_t arm = 0; arm < 10; ++arm) {  // arm 1, the first odd one, is action 0
      const auto& favoured = arm % 2 == 0 ? odd : even;
      const auto& other = arm % 2 == 0 ? even : odd;
      QVERIFY(favoured.reward[arm] >= 0.5F && favoured.reward[arm] <= 1.0F);
      QVERIFY(other.reward[arm] >= 0.0F && other.reward[arm] <= 0.5F);
    }
  }
}

// Written down when the bandit was made; a stored history or score names its task by number only.
void BanditTest::taskNumberMeansTheSameForever() {
  const auto bandit = makeEnvironment(defaultOptions("bandit"));
  QCOMPARE(bandit->taskName(TaskId{0}), std::string("training 0, best arm 3 (0.98)"));
  QCOMPARE(bandit->taskName(TaskId{99'999}), std::string("training 99999, best arm 9 (0.87)"));
  QCOMPARE(bandit->taskName(TaskId{100'000}), std::string("odd 0, best arm 9 (0.96)"));
  QCOMPARE(bandit->taskName(TaskId{110'017}), std::string("even 17, best arm 2 (0.92)"));
  QCOMPARE(bandit->taskName(TaskId{129'999}), std::string("uniform 9999, best arm 7 (0.99)"));
}

void BanditTest::armsAndShareAreOptions() {
  const auto small = makeEnvironment(with([](EnvironmentOptions& o) { o.arms = 4, o.favoured_share = 0.5; }));
  QCOMPARE(small->spec().action_count, 4);
  QVERIFY(std::abs(summarize(*small, 0, 10'000).odd_share - 0.5) < 0.025);
  // More arms leave the first ones as they are.
  const auto large = makeEnvironment(with([](EnvironmentOptions& o) { o.arms = 255; }));
  const auto usual = makeEnvironment(defaultOptions("bandit"));
  const std::vector<float> ten = usual->makeTask(TaskId{7}).reward;
  const std::vector<float> many = large->makeTask(TaskId{7}).reward;
  QCOMPARE(many.size(), std::size_t{255});
  QVERIFY(std::ranges::equal(ten, std::span(many).first(10)));
}

void BanditTest::nonsenseIsRefusedByName() {
  QCOMPARE(refusal(with([](EnvironmentOptions& o) { o.arms = 1; })),
           QString("environment bandit: arms is 1, but must be from 2 to 255"));
  QCOMPARE(refusal(with([](EnvironmentOptions& o) { o.arms = 256; })),
           QString("environment bandit: arms is 256, but must be from 2 to 255"));
  QVERIFY(refusal(with([](EnvironmentOptions& o) { o.favoured_share = 1.5; })).contains("favoured_share is 1.5"));
  QVERIFY(refusal(with([](EnvironmentOptions& o) { o.favoured_share = std::nan(""); })).contains("must be from 0"));
  QCOMPARE(refusal(with([](EnvironmentOptions& o) { o.horizon = 100; })),
           QString("environment bandit: horizon is 100, but an episode of a bandit is one pull; leave it out"));
  const auto bandit = makeEnvironment(defaultOptions("bandit"));
  QVERIFY_THROWS_EXCEPTION(BugError, bandit->makeTask(TaskId{130'000}));
  QVERIFY_THROWS_EXCEPTION(BugError, bandit->taskName(TaskId{-1}));
}

QTEST_APPLESS_MAIN(BanditTest)
#include "bandit_test.moc"
