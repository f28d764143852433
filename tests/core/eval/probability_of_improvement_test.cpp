// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/probability_of_improvement.h"

#include <QtTest>

using namespace limbeck;

namespace {

const BootstrapOptions kResamples{.resamples = 2000};

/// One seed: the return of its only episode on each task, task 0 first.
ScoredEvaluation seed(const std::vector<float>& returns) {
  ScoredEvaluation scored;
  scored.result.episodes = 1;
  for (std::size_t task = 0; task < returns.size(); ++task) {
    scored.result.tasks.push_back(TaskId{static_cast<int>(task)});
    scored.result.repeats.push_back(0);
    scored.references.push_back({.optimal = 10.0, .random = 0.0});
  }
  scored.result.returns = returns;
  return scored;
}

std::optional<Interval> probability(const std::vector<ScoredEvaluation>& x, const std::vector<ScoredEvaluation>& y) {
  return probabilityOfImprovement(x, y, 1, kResamples, Rng(Seed{1}));
}

}  // namespace

class ProbabilityOfImprovementTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Task 0: 1, 4 against 2, 3: one of x's two beats both. Task 1: 5, 5 against 5, 0: two ties, two wins.
  void isTheHandCountedShareOfPairs() {
    const auto found = probability({seed({1, 5}), seed({4, 5})}, {seed({2, 5}), seed({3, 0})});
    QVERIFY(found.has_value());
    QCOMPARE(found->mean, (2.0 / 4 + 3.0 / 4) / 2);
    QVERIFY(found->low < found->mean && found->mean < found->high);
  }

  void isCertainWhereEveryPairSaysTheSame() {
    const auto found = probability({seed({2, 3}), seed({4, 5})}, {seed({1, 0}), seed({0, 1})});
    QCOMPARE(found->mean, 1.0);
    QCOMPARE(found->low, 1.0);
    const auto same = probability({seed({2, 3})}, {seed({2, 3})});
    QCOMPARE(same->mean, 0.5);
    QCOMPARE(same->high, 0.5);
  }

  void theOtherWayRoundIsTheRest() {
    const std::vector<ScoredEvaluation> x{seed({1, 7, 3}), seed({4, 2, 9})};
    const std::vector<ScoredEvaluation> y{seed({2, 2, 2}), seed({3, 8, 1}), seed({1, 1, 9})};
    QVERIFY(std::abs(probability(x, y)->mean + probability(y, x)->mean - 1.0) < 1e-12);
  }

  // Two tasks, one won and one lost for certain: a resample has 0, 1 or 2 of the won one.
  void intervalResamplesTasks() {
    const auto found = probability({seed({1, 0})}, {seed({0, 1})});
    QCOMPARE(found->mean, 0.5);
    QCOMPARE(found->low, 0.0);
    QCOMPARE(found->high, 1.0);
  }

  void nothingIsSaidOfDifferentTasks() {
    QVERIFY(!probability({seed({1, 2})}, {seed({1, 2, 3})}));
    QVERIFY(!probability({}, {seed({1})}));
  }
};

QTEST_APPLESS_MAIN(ProbabilityOfImprovementTest)
#include "probability_of_improvement_test.moc"
