// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/principal_components.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/rng.h"

namespace limbeck {
namespace {

constexpr int kSpareDirections = 8;  // iterated beside the wanted ones, which makes these converge faster
constexpr int kIterations = 24;
constexpr int kSweeps = 12;              // of Jacobi's method: more than a small matrix needs
constexpr std::size_t kRowBlock = 1024;  // rows whose columns stay in the cache; 1024 * 255 * 255 fits 32 bits

using Matrix = std::vector<double>;

/// Row-major access.
struct Shape {
  std::size_t columns;
  std::size_t at(std::size_t row, std::size_t column) const { return row * columns + column; }
};

double dot(const double* a, const double* b, std::size_t count) {
  double sum = 0.0;
  for (std::size_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

void addScaled(double* to, const double* from, double factor, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] += factor * from[i];
}

void heedControl(WorkControl& control) {
  control.pauseIfAsked();
  if (control.stopRequested()) throw Cancelled();
}

/// [columns, columns], from exact integer sums around whole-numbered middles.
Matrix covariance(std::span<const std::uint8_t> rows, std::size_t columns, std::span<const double> mean,
                  WorkControl& control) {
  const std::size_t row_count = rows.size() / columns;
  const Shape square{columns};
  std::vector<std::int16_t> middle(columns);
  for (std::size_t c = 0; c < columns; ++c) middle[c] = static_cast<std::int16_t>(mean[c] + 0.5);
  std::vector<std::int64_t> sums(columns * columns, 0);
  std::vector<std::int16_t> block(columns * kRowBlock);  // [columns, kRowBlock]
  for (std::size_t first = 0; first < row_count; first += kRowBlock) {
    heedControl(control);
    const std::size_t count = std::min(kRowBlock, row_count - first);
    for (std::size_t row = 0; row < count; ++row) {
      const std::uint8_t* from = rows.data() + (first + row) * columns;
      for (std::size_t c = 0; c < columns; ++c) {
        block[c * kRowBlock + row] = static_cast<std::int16_t>(from[c] - middle[c]);
      }
    }
    for (std::size_t a = 0; a < columns; ++a) {
      const std::int16_t* left = block.data() + a * kRowBlock;
      for (std::size_t b = 0; b <= a; ++b) {
        const std::int16_t* right = block.data() + b * kRowBlock;
        std::int32_t sum = 0;
        for (std::size_t row = 0; row < count; ++row) sum += left[row] * right[row];
        sums[square.at(a, b)] += sum;
      }
    }
  }
  Matrix result(columns * columns);
  for (std::size_t a = 0; a < columns; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      const double apart = (mean[a] - middle[a]) * (mean[b] - middle[b]);
      result[square.at(a, b)] = static_cast<double>(sums[square.at(a, b)]) / static_cast<double>(row_count) - apart;
      result[square.at(b, a)] = result[square.at(a, b)];
    }
  }
  return result;
}

/// Makes the rows of [count, columns] orthonormal, one after the other. A second pass takes away what rounding leaves
/// of nearly parallel rows. A row that depends on those before it becomes 0: what is left of it is nothing but
/// rounding.
void orthonormalize(Matrix& rows, std::size_t count, std::size_t columns) {
  for (std::size_t r = 0; r < count; ++r) {
    double* row = rows.data() + r * columns;
    const double before = std::sqrt(dot(row, row, columns));
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t other = 0; other < r; ++other) {
        const double* earlier = rows.data() + other * columns;
        addScaled(row, earlier, -dot(row, earlier, columns), columns);
      }
    }
    const double length = std::sqrt(dot(row, row, columns));
    const bool is_independent = length > 1e-10 * before;
    for (std::size_t c = 0; c < columns; ++c) row[c] = is_independent ? row[c] / length : 0.0;
  }
}

/// `rows` [count, columns] times the symmetric `matrix`.
Matrix multiply(const Matrix& rows, const Matrix& matrix, std::size_t count, std::size_t columns) {
  Matrix result(rows.size(), 0.0);
  for (std::size_t r = 0; r < count; ++r) {
    double* out = result.data() + r * columns;
    for (std::size_t c = 0; c < columns; ++c) {
      addScaled(out, matrix.data() + c * columns, rows[r * columns + c], columns);
    }
  }
  return result;
}

/// Jacobi's method: turns the symmetric `matrix` [n, n] into a diagonal one, and the rows of `rows` [n, columns] along
/// with it.
void diagonalize(Matrix& matrix, std::size_t n, Matrix& rows, std::size_t columns) {
  const Shape square{n};
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (std::size_t p = 0; p + 1 < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        const double beside = matrix[square.at(p, q)];
        if (beside == 0.0) continue;
        const double ratio = (matrix[square.at(q, q)] - matrix[square.at(p, p)]) / (2.0 * beside);
        const double tangent = (ratio < 0 ? -1.0 : 1.0) / (std::abs(ratio) + std::sqrt(ratio * ratio + 1.0));
        const double cosine = 1.0 / std::sqrt(tangent * tangent + 1.0);
        const double sine = tangent * cosine;
        const auto turn = [&](double& first, double& second) {
          const double old = first;
          first = cosine * old - sine * second;
          second = sine * old + cosine * second;
        };
        for (std::size_t k = 0; k < n; ++k) turn(matrix[square.at(k, p)], matrix[square.at(k, q)]);
        for (std::size_t k = 0; k < n; ++k) turn(matrix[square.at(p, k)], matrix[square.at(q, k)]);
        for (std::size_t c = 0; c < columns; ++c) turn(rows[p * columns + c], rows[q * columns + c]);
      }
    }
  }
}

}  // namespace

PrincipalComponents principalComponents(std::span<const std::uint8_t> rows, int columns, int components,
                                        WorkControl& control) {
  const std::size_t width = static_cast<std::size_t>(columns);
  LIMBECK_CHECK(!rows.empty() && rows.size() % width == 0, fmt::format("{} values in rows of {}", rows.size(), width));
  LIMBECK_CHECK(components >= 1 && components <= columns, fmt::format("{} components of {}", components, columns));
  PrincipalComponents result;
  result.columns = columns;
  std::vector<std::int64_t> sums(width, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) sums[i % width] += rows[i];
  for (const std::int64_t sum : sums) {
    result.mean.push_back(static_cast<double>(sum) / static_cast<double>(rows.size() / width));
  }
  const Matrix matrix = covariance(rows, width, result.mean, control);
  for (std::size_t c = 0; c < width; ++c) result.total_variance += matrix[c * width + c];

  const std::size_t count = std::min(static_cast<std::size_t>(components + kSpareDirections), width);
  Matrix directions(count * width);
  Rng rng(Seed{1});
  for (double& value : directions) value = rng.uniform() - 0.5;
  orthonormalize(directions, count, width);
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    heedControl(control);
    directions = multiply(directions, matrix, count, width);
    orthonormalize(directions, count, width);
  }
  const Matrix images = multiply(directions, matrix, count, width);
  Matrix small(count * count);
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < count; ++b) {
      // Each pair once, so that rounding does not make it unsymmetric.
      small[a * count + b] = dot(&images[std::max(a, b) * width], &directions[std::min(a, b) * width], width);
    }
  }
  diagonalize(small, count, directions, width);

  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return small[i * count + i]; });
  for (std::size_t k = 0; k < static_cast<std::size_t>(components); ++k) {
    const std::span<const double> direction(&directions[order[k] * width], width);
    const double largest = *std::ranges::max_element(direction, {}, [](double value) { return std::abs(value); });
    for (const double value : direction) result.directions.push_back(largest < 0 ? -value : value);
    result.variances.push_back(std::max(small[order[k] * count + order[k]], 0.0));
  }
  return result;
}

}  // namespace limbeck
