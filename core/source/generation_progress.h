// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>

#include "core/base/work_control.h"
#include "core/data/shard.h"
#include "core/source/history_generator.h"
#include "core/source/learning_watch.h"

namespace limbeck {

/// Gathers what the workers have made and tells it on: at most 20 times a second with a history that was just finished,
/// and as often without one. Thread-safe; the callback runs on whichever worker is due, one at a time, and no lock is
/// held meanwhile.
class GenerationProgress {
 public:
  using Callback = std::function<void(const GenerationSnapshot&)>;

  GenerationProgress(std::int64_t histories_total, int episodes, Callback on_progress);

  /// Counts one finished history.
  void add(const FinishedHistory& history, WorkControl& control);
  /// Counts what a learner tells of its way; `news` is empty then. Its histories are only shown when they are finished.
  void add(LearningTally& news, WorkControl& control);
  /// The same without telling anyone.
  void count(LearningTally& news);
  /// Shows a finished history whose episodes were counted on the way.
  void show(const FinishedHistory& history, WorkControl& control) { tellIfDue(control, &history); }
  /// Whether the time to tell has come.
  bool isDue() const;
  /// Tells the present state, due or not. Not while workers run.
  void publish(WorkControl& control);

 private:
  using Clock = std::chrono::steady_clock;

  static Clock::rep now() { return Clock::now().time_since_epoch().count(); }
  GenerationSnapshot snapshot();
  void tellIfDue(WorkControl& control, const FinishedHistory* newest);
  void tell(WorkControl& control, const FinishedHistory* newest);

  std::int64_t histories_total_;
  int episodes_;
  Callback on_progress_;
  Clock::time_point begin_ = Clock::now();
  std::atomic<Clock::rep> next_due_;
  std::atomic<Clock::rep> next_history_due_;  // of a telling that shows a history
  std::atomic<bool> is_telling_ = false;
  std::mutex mutex_;
  LearningTally totals_;  // guarded by mutex_
};

}  // namespace limbeck
