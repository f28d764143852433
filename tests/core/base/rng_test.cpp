// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/rng.h"

#include <QtTest>

#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "core/base/hash.h"

using namespace limbeck;

namespace {

/// Pearson's statistic of `counts` against `probabilities`.
double chiSquare(const std::vector<int>& counts, const std::vector<double>& probabilities, int draws) {
  double sum = 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = probabilities[i] * draws;
    sum += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  return sum;
}

}  // namespace

class RngTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void generatorGivesThePublishedNumbers();
  void sameSeedSameNumbers();
  void splitDoesNotDependOnWhatWasDrawn();
  void splitsByNameAndIndexAreAllDifferent();
  void splitIsTheHashOfKeyNameAndIndexForNamesOfAnyLength();
  void restoredStateGoesOn();
  void belowIsUniformAndInRange();
  void uniformStaysInTheHalfOpenInterval();
  void normalHasMeanZeroAndVarianceOne();
  void categoricalFollowsItsProbabilities();
  void categoricalNeverDrawsTheImpossible();
};

// The first is checked by hand: rotl(1 + 4, 23) + 1 = 5 * 2^23 + 1. All are in the tests of other implementations of
// the authors' C code.
void RngTest::generatorGivesThePublishedNumbers() {
  Rng rng(Rng::State{1, 2, 3, 4, 0});
  const std::array<std::uint64_t, 10> expected = {41943041ULL,
                                                  58720359ULL,
                                                  3588806011781223ULL,
                                                  3591011842654386ULL,
                                                  9228616714210784205ULL,
                                                  9973669472204895162ULL,
                                                  14011001112246962877ULL,
                                                  12406186145184390807ULL,
                                                  15849039046786891736ULL,
                                                  10450023813501588000ULL};
  for (const std::uint64_t value : expected) QCOMPARE(rng.next(), value);
}

void RngTest::sameSeedSameNumbers() {
  Rng one(Seed{7});
  Rng same(Seed{7});
  Rng other(Seed{8});
  QCOMPARE(one.next(), same.next());
  QVERIFY(one.next() != other.next());
}

void RngTest::splitDoesNotDependOnWhatWasDrawn() {
  Rng rng(Seed{7});
  const Rng before = rng.split("task", 3);
  for (int i = 0; i < 100; ++i) rng.next();
  QCOMPARE(rng.split("task", 3).state(), before.state());
}

// Every stored run depends on it. Short names take a way of their own to the same hash; 40 is where it ends.
void RngTest::splitIsTheHashOfKeyNameAndIndexForNamesOfAnyLength() {
  const Rng rng(Seed{7});
  for (const std::size_t length : {0U, 1U, 6U, 39U, 40U, 41U, 300U}) {
    const std::string name(length, 'n');
    Hasher hasher;
    hasher.add(rng.state()[4]);
    hasher.add(name);
    hasher.add(std::uint64_t{12});
    QVERIFY2(rng.split(name, 12).state() == Rng(Seed{hasher.digest64()}).state(), qPrintable(QString::number(length)));
  }
}

void RngTest::splitsByNameAndIndexAreAllDifferent() {
  const Rng rng(Seed{7});
  std::set<std::uint64_t> first_numbers;
  for (const char* name : {"task", "stream", "policy"}) {
    for (std::uint64_t index = 0; index < 1000; ++index) {
      first_numbers.insert(rng.split(name, index).next());
      first_numbers.insert(rng.split(name, 0).split(name, index).next());  // grandchildren
    }
  }
  QCOMPARE(first_numbers.size(), std::size_t{6000});
}

void RngTest::restoredStateGoesOn() {
  Rng rng(Seed{7});
  rng.next();
  Rng restored(rng.state());
  QCOMPARE(restored.next(), rng.next());
  QCOMPARE(restored.split("x").state(), rng.split("x").state());
}

// Chi-square with 4 degrees of freedom exceeds 33.4 once in a million.
void RngTest::belowIsUniformAndInRange() {
  Rng rng(Seed{7});
  const int draws = 200000;
  std::vector<int> counts(5);
  for (int i = 0; i < draws; ++i) {
    const std::uint32_t value = rng.below(5);
    QVERIFY(value < 5);
    ++counts[value];
  }
  const double statistic = chiSquare(counts, std::vector<double>(5, 0.2), draws);
  QVERIFY2(statistic < 33.4, qPrintable(QString::number(statistic)));
  for (int i = 0; i < 100; ++i) QCOMPARE(rng.below(1), 0U);
}

// All bits set must not round up to 1: (2^53 - 1) / 2^53. A state of s0 = -1, s3 = 1 gives rotl(0, 23) + s0 = all ones.
void RngTest::uniformStaysInTheHalfOpenInterval() {
  QCOMPARE(Rng(Rng::State{~0ULL, 0, 0, 1, 0}).uniform(), 1.0 - 0x1.0p-53);
  QCOMPARE(Rng(Rng::State{0, 1, 1, 0, 0}).uniform(), 0.0);
}

// Both bounds are five standard errors: 5 / sqrt(n) for the mean, 5 * sqrt(2 / n) for the variance; wrong once in a
// million.
void RngTest::normalHasMeanZeroAndVarianceOne() {
  Rng rng(Seed{7});
  const int draws = 100000;
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < draws; ++i) {
    const double value = rng.normal();
    sum += value;
    squares += value * value;
  }
  QVERIFY2(std::abs(sum / draws) < 5.0 / std::sqrt(draws), qPrintable(QString::number(sum / draws)));
  QVERIFY2(std::abs(squares / draws - 1.0) < 5.0 * std::sqrt(2.0 / draws),
           qPrintable(QString::number(squares / draws)));
}

// Chi-square with 3 degrees of freedom exceeds 30.7 once in a million. The log-probabilities are shifted: they need no
// norm.
void RngTest::categoricalFollowsItsProbabilities() {
  Rng rng(Seed{7});
  const std::vector<double> probabilities = {0.1, 0.2, 0.3, 0.4};
  std::vector<float> logs;
  for (const double probability : probabilities) logs.push_back(static_cast<float>(std::log(probability) + 2.0));
  const int draws = 200000;
  std::vector<int> counts(4);
  for (int i = 0; i < draws; ++i) ++counts[rng.categorical(logs)];
  const double statistic = chiSquare(counts, probabilities, draws);
  QVERIFY2(statistic < 30.7, qPrintable(QString::number(statistic)));
}

void RngTest::categoricalNeverDrawsTheImpossible() {
  Rng rng(Seed{7});
  const float never = -std::numeric_limits<float>::infinity();
  const std::array<float, 4> logs = {never, 0.0F, never, 0.0F};
  for (int i = 0; i < 10000; ++i) QCOMPARE(rng.categorical(logs) % 2, 1);
}

QTEST_APPLESS_MAIN(RngTest)
#include "rng_test.moc"
