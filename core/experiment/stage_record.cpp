// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/stage_record.h"

#include <utility>

#include "core/base/log.h"

namespace limbeck {

StageRecorder::StageRecorder(const StageContext& context, std::string stage, std::string hash)
    : context_(context),
      record_{.kind = std::move(stage), .hash = std::move(hash), .state = RunState::Running},
      earlier_(earlierRecord()) {
  if (earlier_) record_.seconds = earlier_->seconds;
  context_.workspace.store().putStage(context_.run, record_);
}

StageRecorder::~StageRecorder() {
  if (record_.state == RunState::Done) return;
  if (earlier_ && earlier_->state == RunState::Done) {
    record_ = *earlier_;  // Its output is complete and stays so.
  } else {
    record_.state = context_.control.stopRequested() ? RunState::Stopped : RunState::Failed;
    record_.seconds += elapsedSeconds();
  }
  try {
    context_.workspace.store().putStage(context_.run, record_);
  } catch (const std::exception& error) {
    log::warning("the state of stage {} was not recorded: {}", record_.kind,
                 error.what());  // The exception under way matters more.
  }
}

StageTiming StageRecorder::finish(const std::filesystem::path& output, bool is_skipped) {
  record_.state = RunState::Done;
  record_.output_path = output.lexically_relative(context_.workspace.folder()).string();
  const double seconds = elapsedSeconds();
  const bool was_made_earlier = is_skipped && earlier_ && earlier_->state == RunState::Done;
  if (!was_made_earlier) record_.seconds += seconds;
  record_.is_skipped = was_made_earlier ? earlier_->is_skipped : is_skipped;
  context_.workspace.store().putStage(context_.run, record_);
  return {.stage = record_.kind, .seconds = seconds, .skipped = is_skipped};
}

std::optional<StageRecord> StageRecorder::earlierRecord() const {
  for (const StageRecord& stage : context_.workspace.store().stages(context_.run)) {
    if (stage.kind == record_.kind && stage.hash == record_.hash) return stage;
  }
  return std::nullopt;
}

double StageRecorder::elapsedSeconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

}  // namespace limbeck
