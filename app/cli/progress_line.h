// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

#include "core/jobs/job_engine.h"

namespace limbeck::cli {

/// Shows a job on standard error: one line that redraws itself on a terminal, else a plain line every few seconds.
class ProgressLine {
 public:
  explicit ProgressLine(bool is_quiet);
  void show(const JobSnapshot& job);
  /// Leaves the cursor at the start of an empty line.
  void finish();

 private:
  const bool is_quiet_;
  const bool is_terminal_;
  std::string shown_;
  std::string last_stage_;
  std::chrono::steady_clock::time_point last_drawn_{};
};

/// "  steps  [######------]  412/1200  34% · 84,100 tokens/s · 12 s left · loss 0.812".
std::string progressText(const JobSnapshot& job, bool with_bar);

/// "1 min 12 s".
std::string durationText(double seconds);

}  // namespace limbeck::cli
