// SPDX-License-Identifier: GPL-3.0-or-later
// Reverse-mode differentiation, one scalar at a time: double-precision numbers that remember how they came about.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace limbeck::test {

/// A number on the tape, by its index.
struct Var {
  std::uint32_t at = 0;
};

class Tape {
 public:
  Var constant(double value) { return push(value, 0, 0.0, 0, 0.0); }
  double value(Var v) const { return nodes_[v.at].value; }
  Var add(Var a, Var b) { return push(value(a) + value(b), a.at, 1.0, b.at, 1.0); }
  Var subtract(Var a, Var b) { return push(value(a) - value(b), a.at, 1.0, b.at, -1.0); }
  Var multiply(Var a, Var b) { return push(value(a) * value(b), a.at, value(b), b.at, value(a)); }
  Var scale(Var a, double factor) { return push(value(a) * factor, a.at, factor, 0, 0.0); }
  /// f(a) with its derivative given.
  Var apply(Var a, double result, double derivative) { return push(result, a.at, derivative, 0, 0.0); }

  Var exponential(Var a) { return apply(a, std::exp(value(a)), std::exp(value(a))); }
  Var logarithm(Var a) { return apply(a, std::log(value(a)), 1.0 / value(a)); }
  Var inverse(Var a) { return apply(a, 1.0 / value(a), -1.0 / (value(a) * value(a))); }
  Var inverseRoot(Var a) { return apply(a, 1.0 / std::sqrt(value(a)), -0.5 * std::pow(value(a), -1.5)); }
  Var gelu(Var a) {
    const double x = value(a);
    const double c = std::sqrt(2.0 / std::numbers::pi);
    const double t = std::tanh(c * (x + 0.044715 * x * x * x));
    return apply(a, 0.5 * x * (1.0 + t), 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * c * (1.0 + 3 * 0.044715 * x * x));
  }

  /// d(result) / d(every number on the tape).
  std::vector<double> gradients(Var result) const {
    std::vector<double> g(nodes_.size(), 0.0);
    g[result.at] = 1.0;
    for (std::size_t i = result.at + 1; i-- > 0;) {
      g[nodes_[i].first] += nodes_[i].first_slope * g[i];
      g[nodes_[i].second] += nodes_[i].second_slope * g[i];
    }
    return g;
  }

 private:
  struct Node {
    double value, first_slope, second_slope;
    std::uint32_t first, second;
  };
  Var push(double value, std::uint32_t first, double first_slope, std::uint32_t second, double second_slope) {
    nodes_.push_back({value, first_slope, second_slope, first, second});
    return {static_cast<std::uint32_t>(nodes_.size() - 1)};
  }
  std::vector<Node> nodes_;
};

}  // namespace limbeck::test
