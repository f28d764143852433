// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/metric_writer.h"

#include <algorithm>
#include <exception>
#include <string>

#include "core/base/log.h"
#include "core/store/run_store.h"

namespace limbeck {

MetricWriter::MetricWriter(RunStore& store, RunId run, const MetricWriterOptions& options)
    : store_(store), run_(run), options_(options) {}

MetricWriter::~MetricWriter() {
  try {
    flush();
  } catch (const std::exception& error) {
    log::error("the last {} metric points are lost: {}", points_, error.what());
  }
}

void MetricWriter::add(std::string_view name, std::int64_t step, double value) {
  auto series = std::ranges::find(series_, name, &MetricSeries::name);
  if (series != series_.end() && !series->steps.empty() && series->steps.back() >= step) flush();  // a chunk only rises
  if (series == series_.end()) {
    series_.push_back({.name = std::string(name), .steps = {}, .values = {}});
    series = series_.end() - 1;
  }
  const auto now = std::chrono::steady_clock::now();
  if (points_ == 0) oldest_ = now;
  series->steps.push_back(step);
  series->values.push_back(value);
  ++points_;
  if (points_ >= options_.max_points || now - oldest_ >= options_.max_age) flush();
}

void MetricWriter::flush() {
  if (points_ == 0) return;
  store_.appendMetrics(run_, series_);
  points_ = 0;
  for (MetricSeries& series : series_) {
    series.steps.clear();
    series.values.clear();
  }
}

}  // namespace limbeck
