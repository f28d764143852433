// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>

#include "core/base/work_control.h"
#include "core/store/run_store.h"

namespace limbeck {

/// Passes everything on to another control, and says in the store every few seconds of progress that the run is alive:
/// a reader can tell a run at work from one whose process hangs, and a killed run's last sign of life is known.
/// Thread-safe.
class RunHeartbeat final : public WorkControl {
 public:
  RunHeartbeat(WorkControl& inner, RunStore& store, RunId run) : inner_(inner), store_(store), run_(run) {}

  bool stopRequested() const override { return inner_.stopRequested(); }
  void pauseIfAsked() override { inner_.pauseIfAsked(); }
  void report(const Progress& progress) override;

 private:
  using Clock = std::chrono::steady_clock;

  WorkControl& inner_;
  RunStore& store_;
  const RunId run_;
  std::atomic<Clock::rep> last_beat_{0};  ///< of Clock, since its epoch; 0 before the first
};

}  // namespace limbeck
