// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/meta/advantages.h"

#include <QtTest>
#include <vector>

using namespace limbeck;

namespace {

struct Estimate {
  std::vector<float> advantages, returns;
};

/// Three steps of two streams: the first is paid 1, 2, 4, the second 0, 0, 1 and is cut after its second step.
Estimate estimate(const AdvantageOptions& options) {
  const std::vector<float> rewards{1, 0, 2, 0, 4, 1};
  const std::vector<float> values{10, 1, 20, 2, 30, 3};
  const std::vector<std::uint8_t> cuts{0, 0, 0, 1, 0, 0};
  const std::vector<float> last_values{40, 4};
  Estimate result{std::vector<float>(6), std::vector<float>(6)};
  estimateAdvantages({rewards, values, cuts, last_values}, options, result.advantages, result.returns);
  return result;
}

}  // namespace

class AdvantagesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // All that is paid from there on and what is expected after the end, less what was expected:
  // 1 + 2 + 4 + 40 - 10, 2 + 4 + 40 - 20, 4 + 40 - 30; of the second stream 0 + 0 - 1, 0 - 2, 1 + 4 - 3.
  void withoutDecayItIsTheWholeRest() {
    const Estimate whole = estimate({.discount = 1.0, .lambda = 1.0});
    QCOMPARE(whole.advantages, (std::vector<float>{37, -1, 26, -2, 14, 2}));
    QCOMPARE(whole.returns, (std::vector<float>{47, 0, 46, 0, 44, 5}));
  }

  // One step: 1 + 20 / 2 - 10, 2 + 30 / 2 - 20, 4 + 40 / 2 - 30; 0 + 2 / 2 - 1, 0 - 2, 1 + 4 / 2 - 3.
  void withLambdaZeroItIsTheErrorOfOneStep() {
    const Estimate one = estimate({.discount = 0.5, .lambda = 0.0});
    QCOMPARE(one.advantages, (std::vector<float>{1, 0, -3, -2, -6, 0}));
  }

  // The errors of one step are 1, -3, -6; each passes a quarter of what follows on: -3 - 6 / 4 = -4.5, 1 - 4.5 / 4.
  void errorsFadeByDiscountTimesLambda() {
    const Estimate faded = estimate({.discount = 0.5, .lambda = 0.5});
    QCOMPARE(faded.advantages[4], -6.0F);
    QCOMPARE(faded.advantages[2], -4.5F);
    QCOMPARE(faded.advantages[0], -0.125F);
  }
};

QTEST_APPLESS_MAIN(AdvantagesTest)
#include "advantages_test.moc"
