// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/base/team.h"
#include "core/base/work_control.h"
#include "core/experiment/experiment_config.h"

namespace limbeck {

/// What a run will take on this machine when nothing of it stands there yet.
struct RunEstimate {
  double histories_seconds = 0.0;
  double training_seconds = 0.0;  ///< with the plays on validation tasks
  double evaluation_seconds = 0.0;
  std::int64_t memory_bytes =
      0;  ///< at the most, mapped histories left out: the system takes those back when it needs to
  std::int64_t disk_bytes = 0;
  std::int64_t transitions = 0;  ///< of histories
  std::int64_t training_tokens = 0;
  std::int64_t parameters = 0;

  double totalSeconds() const { return histories_seconds + training_seconds + evaluation_seconds; }
};

/// Measured, not guessed: learns a few histories, times a few training steps on a small batch of the very architecture
/// and a few decoding steps at half-full context on this machine, in about 0.3 s (longer when a single step is), and
/// scales. `team` must not be in use. Throws what validate(config) and makeSequenceModel throw; Cancelled.
RunEstimate estimateRun(const ExperimentConfig& config, Team& team, WorkControl& control);

}  // namespace limbeck
