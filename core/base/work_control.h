// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace limbeck {

/// How far a stage is.
struct Progress {
  std::string what;  ///< what is counted: "histories", "steps", "episodes"
  std::int64_t done = 0;
  std::int64_t total = 0;  ///< 0 when not known
  double rate = 0.0;       ///< units of `rate_unit` a second, 0 when not known
  std::string rate_unit;   ///< "transitions", "tokens"
  std::string detail;      ///< one short extra: "loss 0.812"
};

/// The line between long work and whoever started it (the job engine, a test): pausing, stopping, progress.
/// Long work calls `pauseIfAsked()` and looks at `stopRequested()` at least every 100 ms; when stopping it saves what
/// is worth keeping and throws `Cancelled`. All calls are thread-safe.
class WorkControl {
 public:
  virtual ~WorkControl() = default;

  virtual bool stopRequested() const { return false; }
  /// Blocks while the work is paused; returns at once when it is not, or when a stop is requested meanwhile.
  virtual void pauseIfAsked() {}
  /// Publishes the latest progress; cheap enough for every step.
  virtual void report(const Progress&) {}
};

/// Runs to the end in silence.
WorkControl& uninterrupted();

}  // namespace limbeck
