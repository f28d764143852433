// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace limbeck::cli {

/// Rates of several repetitions: the median is the one to quote, the spread says how quiet the machine was.
struct RateSummary {
  double median = 0.0;
  double minimum = 0.0;
  double maximum = 0.0;
  int repetitions = 0;
};

/// One figure to measure: `work` does something once and returns how many units that was.
struct BenchCase {
  std::string name;
  std::string unit;
  std::function<double()> work;
};

struct BenchResult {
  std::string name;
  std::string unit;
  RateSummary rates;
};

/// Runs every case once to warm up, then all cases in turn `repetitions` times, so that a slow minute of a shared
/// machine meets them all.
std::vector<BenchResult> measureInterleaved(const std::vector<BenchCase>& cases, int repetitions);

RateSummary summarizeRates(std::vector<double> rates);

}  // namespace limbeck::cli
