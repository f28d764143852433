// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_row.h"

#include <algorithm>

#include "app/cli/allocation_counter.h"
#include "app/cli/interrupt.h"
#include "core/base/error.h"

namespace limbeck::cli {
namespace {

/// One path's repetitions, in order.
struct Series {
  std::vector<double> figures;
  std::vector<double> shares;  ///< of the peak
  double most_allocations = 0.0;
};

void measureOnce(const BenchPath& path, double peak_flops, Series& series) {
  if (interruptCount() > 0) throw Cancelled("nothing: a benchmark has no half results");
  switchAllocationCounting(true);
  const std::int64_t before = allocationCount();
  const double figure = path.measure();
  const auto allocations = static_cast<double>(allocationCount() - before);
  switchAllocationCounting(false);
  series.figures.push_back(figure);
  series.most_allocations = std::max(series.most_allocations, allocations);
  if (peak_flops > 0.0) series.shares.push_back(figure * path.flops_per_unit / peak_flops);
}

std::optional<Summary> ratioTo(const BenchRow& row, const std::vector<Series>& all, std::size_t path,
                               const std::string& baseline) {
  const auto found = std::ranges::find(row.paths, baseline, &BenchPath::name);
  if (found == row.paths.end() || row.paths[path].name == baseline) return std::nullopt;
  const Series& other = all[static_cast<std::size_t>(found - row.paths.begin())];
  std::vector<double> ratios;
  std::ranges::transform(all[path].figures, other.figures, std::back_inserter(ratios), std::divides());
  return summarize(std::move(ratios));
}

PathResult resultOf(const BenchRow& row, const std::vector<Series>& all, std::size_t index) {
  const BenchPath& path = row.paths[index];
  const Series& series = all[index];
  PathResult result{.name = path.name, .detail = path.detail, .figure = summarize(series.figures)};
  for (const std::string& baseline : row.baselines) result.ratios.push_back(ratioTo(row, all, index, baseline));
  if (path.flops_per_unit > 0.0) result.gflops = 1e-9 * result.figure.median * path.flops_per_unit;
  if (!series.shares.empty()) result.share_of_peak = summarize(series.shares).median;
  if (path.steps > 0.0 && countsAllocations()) result.allocations_per_step = series.most_allocations / path.steps;
  if (row.work_for_hours > 0.0) result.hours = row.work_for_hours / result.figure.median / 3600.0;
  return result;
}

}  // namespace

Summary summarize(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
  return {.median = median, .minimum = values.front(), .maximum = values.back()};
}

RowResult measureRow(const BenchRow& row, int repetitions, const std::function<double(Precision)>& peak) {
  std::vector<Series> all(row.paths.size());
  for (const BenchPath& path : row.paths) {
    Series unused;
    measureOnce(path, 0.0, unused);
  }
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    for (std::size_t i = 0; i < row.paths.size(); ++i) {
      const BenchPath& path = row.paths[i];
      measureOnce(path, path.flops_per_unit > 0.0 && peak ? peak(path.precision) : 0.0, all[i]);
    }
  }
  RowResult result{.group = row.group,
                   .name = row.name,
                   .note = row.note,
                   .unit = row.unit,
                   .repetitions = repetitions,
                   .baselines = row.baselines,
                   .paths = {}};
  for (std::size_t i = 0; i < row.paths.size(); ++i) result.paths.push_back(resultOf(row, all, i));
  return result;
}

}  // namespace limbeck::cli
