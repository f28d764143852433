// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "core/base/work_control.h"
#include "core/data/shard.h"
#include "core/source/history_generator.h"

namespace limbeck {

/// Gathers what the workers have made and tells it on, at most 20 times a second. Thread-safe; the callback runs on
/// whichever worker is due, one at a time, and no lock is held meanwhile.
class GenerationProgress {
 public:
  using Callback = std::function<void(const GenerationSnapshot&)>;

  GenerationProgress(std::int64_t histories_total, int episodes, Callback on_progress);

  /// Counts one finished history.
  void add(const FinishedHistory& history, WorkControl& control);
  /// Tells the present state, due or not. Not while workers run.
  void publish(WorkControl& control);

 private:
  using Clock = std::chrono::steady_clock;

  GenerationSnapshot snapshot();
  void tell(WorkControl& control, const FinishedHistory* newest);

  std::int64_t histories_total_;
  Callback on_progress_;
  Clock::time_point begin_ = Clock::now();
  std::atomic<Clock::rep> next_due_;
  std::mutex mutex_;
  std::int64_t histories_done_ = 0;  // guarded by mutex_
  std::int64_t transitions_ = 0;     // guarded by mutex_
  std::vector<double> return_sums_;  // [episodes], guarded by mutex_
};

}  // namespace limbeck
