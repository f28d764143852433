// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_timer.h"

#include <algorithm>
#include <chrono>

namespace limbeck::cli {
namespace {

double measureRate(const BenchCase& bench_case) {
  const auto start = std::chrono::steady_clock::now();
  const double units = bench_case.work();
  return units / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

RateSummary summarizeRates(std::vector<double> rates) {
  std::ranges::sort(rates);
  const std::size_t count = rates.size();
  const double median = count % 2 == 1 ? rates[count / 2] : 0.5 * (rates[count / 2 - 1] + rates[count / 2]);
  return {.median = median, .minimum = rates.front(), .maximum = rates.back(), .repetitions = static_cast<int>(count)};
}

std::vector<BenchResult> measureInterleaved(const std::vector<BenchCase>& cases, int repetitions) {
  std::vector<std::vector<double>> rates(cases.size());
  for (const BenchCase& bench_case : cases) bench_case.work();
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    for (std::size_t i = 0; i < cases.size(); ++i) rates[i].push_back(measureRate(cases[i]));
  }
  std::vector<BenchResult> results;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    results.push_back({.name = cases[i].name, .unit = cases[i].unit, .rates = summarizeRates(std::move(rates[i]))});
  }
  return results;
}

}  // namespace limbeck::cli
