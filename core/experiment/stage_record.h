// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "core/experiment/seed_outcome.h"
#include "core/experiment/stage_context.h"

namespace limbeck {

/// Writes a stage's row: running while this lives, done by `finish`, stopped or failed when an exception takes it away.
/// The row tells how the output was made, over all starts of the run: finding it there again changes nothing.
class StageRecorder {
 public:
  StageRecorder(const StageContext& context, std::string stage, std::string hash);
  ~StageRecorder();
  StageRecorder(const StageRecorder&) = delete;
  StageRecorder& operator=(const StageRecorder&) = delete;

  /// `output`: the folder that the stage made or found, within the workspace.
  StageTiming finish(const std::filesystem::path& output, bool is_skipped);

 private:
  double elapsedSeconds() const;
  /// The row as an earlier start of this run left it for the same output.
  std::optional<StageRecord> earlierRecord() const;

  const StageContext& context_;
  StageRecord record_;
  const std::optional<StageRecord> earlier_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace limbeck
