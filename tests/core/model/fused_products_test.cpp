// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <QtTest>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "amx_emulation.h"
#include "core/base/rng.h"
#include "fused_test_support.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

struct Products {
  fused::Kernels kernels;
  Precision precision;
  std::string name;
};

std::vector<Products> allProducts() {
  std::vector<Products> all;
  for (const KernelChoice& choice : kernelChoices()) all.push_back({choice.kernels(), choice.precision, choice.name()});
  all.push_back({emulatedAmxKernels(), Precision::BFloat16, "AMX emulated bf16"});
  return all;
}

/// Nearest bf16, ties to even, by comparing the two neighbours.
double nearestBFloat16(float value) {
  const std::uint32_t down = std::bit_cast<std::uint32_t>(value) & 0xFFFF0000U;
  const double lower = static_cast<double>(std::bit_cast<float>(down));
  const double upper = static_cast<double>(std::bit_cast<float>(down + 0x10000U));
  const double to_lower = std::abs(static_cast<double>(value) - lower);
  const double to_upper = std::abs(static_cast<double>(value) - upper);
  if (to_lower == to_upper) return (down & 0x10000U) == 0 ? lower : upper;
  return to_lower < to_upper ? lower : upper;
}

/// Rows of numbers with NaN behind the columns, which must not reach any sum.
struct Matrix {
  Matrix(int row_count, int column_count, Precision precision, Rng rng)
      : rows(row_count), columns(column_count), ld((column_count + 15) / 16 * 16 + 16) {
    values.assign(static_cast<std::size_t>(rows + 1) * static_cast<std::size_t>(ld),
                  std::numeric_limits<float>::quiet_NaN());
    exact.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column) {
        const float value = static_cast<float>(rng.normal());
        values[static_cast<std::size_t>(row * ld + column)] = value;
        exact[static_cast<std::size_t>(row * columns + column)] =
            precision == Precision::BFloat16 ? nearestBFloat16(value) : static_cast<double>(value);
      }
    }
  }
  double at(int row, int column) const { return exact[static_cast<std::size_t>(row * columns + column)]; }

  int rows, columns, ld;
  std::vector<float> values;
  std::vector<double> exact;  ///< what a product sees of them
};

constexpr float kUntouched = 777.0F;

/// Sums of single precision over `depth` terms of size 1.
double toleranceFor(int depth) {
  return 1e-6 * (5.0 + depth);
}

void addRows() {
  QTest::addColumn<int>("choice");
  const std::vector<Products> all = allProducts();
  for (int i = 0; i < static_cast<int>(all.size()); ++i)
    QTest::newRow(all[static_cast<std::size_t>(i)].name.c_str()) << i;
}

struct Shape {
  int m, n, depth;
};

}  // namespace

class FusedProductsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void multiplyEqualsPlainSums_data() { addRows(); }

  /// One row and one panel; an odd depth; rows and columns that fill no tile; a depth of more than one chunk; the
  /// head's shape (five actions deep).
  void multiplyEqualsPlainSums() {
    QFETCH(int, choice);
    const auto [kernels, precision, name] = allProducts()[static_cast<std::size_t>(choice)];
    for (const Shape s : {Shape{1, 16, 1}, {3, 32, 7}, {37, 48, 33}, {64, 64, 64}, {12, 16, 5}, {33, 80, 1041}}) {
      for (const bool has_bias : {false, true}) {
        const Matrix a(s.m, s.depth, precision, Rng(Seed{1}));
        const Matrix b(s.depth, s.n, precision, Rng(Seed{2}));
        std::vector<float> bias(static_cast<std::size_t>(s.n));
        for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<float>(i) - 3.0F;
        std::vector<float> packed(static_cast<std::size_t>(kernels.packedSize(s.depth, s.n)) + 1, kUntouched);
        kernels.pack(s.depth, s.n, b.values.data(), b.ld, 1, packed.data());
        QCOMPARE(packed.back(), kUntouched);
        const int ldc = s.n + 16;
        std::vector<float> c(static_cast<std::size_t>((s.m + 1) * ldc), kUntouched);
        kernels.multiply(s.m, s.n, s.depth, a.values.data(), a.ld, packed.data(), has_bias ? bias.data() : nullptr,
                         c.data(), ldc);
        for (int row = 0; row <= s.m; ++row) {
          for (int column = 0; column < ldc; ++column) {
            double expected = kUntouched;
            if (row < s.m && column < s.n) {
              expected = has_bias ? static_cast<double>(bias[static_cast<std::size_t>(column)]) : 0.0;
              for (int k = 0; k < s.depth; ++k) expected += a.at(row, k) * b.at(k, column);
            }
            const double got = static_cast<double>(c[static_cast<std::size_t>(row * ldc + column)]);
            QVERIFY2(
                std::abs(got - expected) < toleranceFor(s.depth),
                fmt::format("{} x {} x {}: c[{}][{}] = {} instead of {}", s.m, s.n, s.depth, row, column, got, expected)
                    .c_str());
          }
        }
      }
    }
  }

  void transposedWeightsArePackedAlike_data() { addRows(); }

  void transposedWeightsArePackedAlike() {
    QFETCH(int, choice);
    const auto [kernels, precision, name] = allProducts()[static_cast<std::size_t>(choice)];
    const int rows = 21, columns = 37;
    const Matrix b(rows, columns, precision, Rng(Seed{2}));
    std::vector<float> turned(static_cast<std::size_t>(rows * columns));
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column)
        turned[static_cast<std::size_t>(column * rows + row)] = b.values[static_cast<std::size_t>(row * b.ld + column)];
    }
    const auto size = static_cast<std::size_t>(kernels.packedSize(rows, columns));
    std::vector<float> one(size, kUntouched), other(size, -kUntouched);
    kernels.pack(rows, columns, b.values.data(), b.ld, 1, one.data());
    kernels.pack(rows, columns, turned.data(), 1, rows, other.data());
    for (std::size_t i = 0; i < size; ++i)
      QCOMPARE(std::bit_cast<std::uint32_t>(one[i]), std::bit_cast<std::uint32_t>(other[i]));
  }

  void multiplyTransposedAddEqualsPlainSums_data() { addRows(); }

  /// As above; m is a number of outputs, depth a number of rows. More than 512 columns and more than 128 rows are more
  /// than one chunk.
  void multiplyTransposedAddEqualsPlainSums() {
    QFETCH(int, choice);
    const auto [kernels, precision, name] = allProducts()[static_cast<std::size_t>(choice)];
    for (const Shape s : {Shape{1, 16, 1}, {5, 32, 7}, {37, 48, 33}, {64, 64, 128}, {9, 560, 3}, {33, 16, 261}}) {
      const Matrix a(s.depth, s.m, precision, Rng(Seed{1}));
      const Matrix b(s.depth, s.n, precision, Rng(Seed{2}));
      const int ldc = s.n + 16;
      std::vector<float> c(static_cast<std::size_t>((s.m + 1) * ldc), kUntouched);
      for (int row = 0; row < s.m; ++row) {
        for (int column = 0; column < s.n; ++column) c[static_cast<std::size_t>(row * ldc + column)] = 2.0F;
      }
      kernels.multiplyTransposedAdd(s.m, s.n, s.depth, a.values.data(), a.ld, b.values.data(), b.ld, c.data(), ldc);
      for (int row = 0; row <= s.m; ++row) {
        for (int column = 0; column < ldc; ++column) {
          double expected = kUntouched;
          if (row < s.m && column < s.n) {
            expected = 2.0;
            for (int k = 0; k < s.depth; ++k) expected += a.at(k, row) * b.at(k, column);
          }
          const double got = static_cast<double>(c[static_cast<std::size_t>(row * ldc + column)]);
          QVERIFY2(
              std::abs(got - expected) < toleranceFor(s.depth),
              fmt::format("{} x {} x {}: c[{}][{}] = {} instead of {}", s.m, s.n, s.depth, row, column, got, expected)
                  .c_str());
        }
      }
    }
  }

  void roundingKeepsWhatIsNotFinite_data() { addRows(); }

  /// A NaN whose payload stands in the low half only, an infinity, and numbers on the border between two of bf16.
  void roundingKeepsWhatIsNotFinite() {
    QFETCH(int, choice);
    const auto [kernels, precision, name] = allProducts()[static_cast<std::size_t>(choice)];
    if (precision == Precision::Float32) return;
    const auto product = [&k = kernels](std::uint32_t bits) {
      std::vector<float> a(32, 0.0F), b(16, 0.0F), c(16), packed(static_cast<std::size_t>(k.packedSize(1, 16)));
      a[0] = std::bit_cast<float>(bits);
      b[0] = 1.0F;
      k.pack(1, 16, b.data(), 16, 1, packed.data());
      k.multiply(1, 16, 1, a.data(), 16, packed.data(), nullptr, c.data(), 16);
      return c[0];
    };
    QVERIFY(std::isnan(product(0x7F800001U)));
    QVERIFY(std::isnan(product(0xFFFFFFFFU)));
    QCOMPARE(product(0xFF800000U), -std::numeric_limits<float>::infinity());
    QCOMPARE(product(0x3F808000U), 1.0F);                               // a tie, down to even
    QCOMPARE(product(0x3F818000U), std::bit_cast<float>(0x3F820000U));  // a tie, up to even
    QCOMPARE(product(0x3F808001U), std::bit_cast<float>(0x3F810000U));
  }
};

QTEST_APPLESS_MAIN(FusedProductsTest)
#include "fused_products_test.moc"
