// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/principal_components.h"

#include <QtTest>

#include <cmath>
#include <vector>

#include "core/base/error.h"
#include "core/base/rng.h"

using namespace limbeck;

namespace {

double dot(const double* a, const double* b, int count) {
  double sum = 0.0;
  for (int i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

/// The covariance by its definition.
std::vector<double> plainCovariance(const std::vector<std::uint8_t>& rows, int columns) {
  const int count = static_cast<int>(rows.size()) / columns;
  std::vector<double> mean(columns, 0.0);
  for (std::size_t i = 0; i < rows.size(); ++i) mean[i % columns] += static_cast<double>(rows[i]) / count;
  std::vector<double> covariance(static_cast<std::size_t>(columns) * columns, 0.0);
  for (int row = 0; row < count; ++row) {
    for (int a = 0; a < columns; ++a) {
      for (int b = 0; b < columns; ++b) {
        covariance[a * columns + b] +=
            (rows[row * columns + a] - mean[a]) * (rows[row * columns + b] - mean[b]) / count;
      }
    }
  }
  return covariance;
}

class Stopped final : public WorkControl {
 public:
  bool stopRequested() const override { return true; }
};

}  // namespace

class PrincipalComponentsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aLineHasOneComponent();
  void directionsAreEigenvectorsOfThePlainCovariance();
  void stopIsHeard();
};

// Rows (10 + 3t, 20 + 4t, 7): the direction is (3, 4, 0) / 5, and of t = 0 .. 4, whose variance is 2, the variance
// along it is 25 * 2.
void PrincipalComponentsTest::aLineHasOneComponent() {
  std::vector<std::uint8_t> rows;
  for (int t = 0; t < 5; ++t) {
    for (const int value : {10 + 3 * t, 20 + 4 * t, 7}) rows.push_back(static_cast<std::uint8_t>(value));
  }
  const PrincipalComponents found = principalComponents(rows, 3, 2, uninterrupted());
  QCOMPARE(found.mean, (std::vector{16.0, 28.0, 7.0}));
  QVERIFY(std::abs(found.total_variance - 50.0) < 1e-9);
  QVERIFY(std::abs(found.variances[0] - 50.0) < 1e-9);
  QVERIFY(found.variances[1] < 1e-9);
  QVERIFY(std::abs(found.directions[0] - 0.6) < 1e-9);
  QVERIFY(std::abs(found.directions[1] - 0.8) < 1e-9);
}

// 3000 random rows (three blocks of the exact sums) of 12 columns with scales 1 : 2 : 3 ... and a common part.
void PrincipalComponentsTest::directionsAreEigenvectorsOfThePlainCovariance() {
  constexpr int kColumns = 12;
  constexpr int kComponents = 5;
  Rng rng(Seed{3});
  std::vector<std::uint8_t> rows;
  for (int row = 0; row < 3000; ++row) {
    const double common = rng.uniform();
    for (int c = 0; c < kColumns; ++c) {
      rows.push_back(static_cast<std::uint8_t>(10 + (c + 1) * 16 * rng.uniform() + 50 * common));
    }
  }
  const PrincipalComponents found = principalComponents(rows, kColumns, kComponents, uninterrupted());
  const std::vector<double> covariance = plainCovariance(rows, kColumns);
  double trace = 0.0;
  for (int c = 0; c < kColumns; ++c) trace += covariance[c * kColumns + c];
  QVERIFY(std::abs(found.total_variance - trace) < 1e-6 * trace);
  for (int k = 0; k < kComponents; ++k) {
    const double* direction = found.directions.data() + k * kColumns;
    for (int other = 0; other < kComponents; ++other) {
      const double product = dot(direction, found.directions.data() + other * kColumns, kColumns);
      QVERIFY(std::abs(product - (k == other ? 1.0 : 0.0)) < 1e-9);
    }
    for (int c = 0; c < kColumns; ++c) {
      const double image = dot(&covariance[static_cast<std::size_t>(c) * kColumns], direction, kColumns);
      QVERIFY(std::abs(image - found.variances[k] * direction[c]) < 1e-6 * found.variances[0]);
    }
    if (k > 0) QVERIFY(found.variances[k] <= found.variances[k - 1]);
  }
}

void PrincipalComponentsTest::stopIsHeard() {
  Stopped control;
  const std::vector<std::uint8_t> rows(30, 1);
  QVERIFY_THROWS_EXCEPTION(Cancelled, principalComponents(rows, 3, 1, control));
}

QTEST_APPLESS_MAIN(PrincipalComponentsTest)
#include "principal_components_test.moc"
