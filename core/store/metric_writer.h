// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/store/run_record.h"

namespace limbeck {

class RunStore;

struct MetricWriterOptions {
  std::size_t max_points = 4096;            ///< over all series, before they are written
  std::chrono::milliseconds max_age{2000};  ///< of the oldest point, looked at when the next one is added
};

/// Collects metric points and writes them in chunks: a transaction for each point would cost 18 us, a chunk of 4096
/// costs 80 ns a point. Used by one thread at a time. A point is safe when `flush` returned; killed, a process loses at
/// most what MetricWriterOptions allows.
class MetricWriter {
 public:
  /// `store` must outlive the writer.
  MetricWriter(RunStore& store, RunId run, const MetricWriterOptions& options = {});
  /// Flushes; a failure is only logged, so call `flush` first when it matters.
  ~MetricWriter();
  MetricWriter(const MetricWriter&) = delete;
  MetricWriter& operator=(const MetricWriter&) = delete;

  /// Throws what RunStore::appendMetrics throws; the points are then kept for the next try.
  void add(std::string_view name, std::int64_t step, double value);
  void flush();

 private:
  RunStore& store_;
  RunId run_;
  MetricWriterOptions options_;
  std::vector<MetricSeries> series_;
  std::size_t points_ = 0;
  std::chrono::steady_clock::time_point oldest_;
};

}  // namespace limbeck
