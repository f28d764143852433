// SPDX-License-Identifier: GPL-3.0-or-later
// What the stages tell the live feed of their run, at the pace that eyes need. None of it does anything when nobody
// watches, and none of it touches what is being made.
#pragma once

#include <chrono>
#include <memory>
#include <span>

#include "core/env/reference_returns.h"
#include "core/eval/in_context_evaluator.h"
#include "core/experiment/live_feed.h"
#include "core/experiment/stage_context.h"
#include "core/experiment/thinned_curve.h"
#include "core/source/history_generator.h"
#include "core/train/trainer.h"

namespace limbeck {

/// `tell` is called by one thread at a time.
class HistoriesBroadcast {
 public:
  explicit HistoriesBroadcast(const StageContext& context) : context_(context) {}
  /// Called as often as generation tells, which is at most 20 times a second.
  void tell(const GenerationSnapshot& snapshot);

 private:
  const StageContext& context_;
  std::shared_ptr<const RecordedStream> sample_;
};

class TrainingBroadcast {
 public:
  explicit TrainingBroadcast(const StageContext& context) : context_(context) {}
  /// Called after every step; tells ten times a second, and the last step.
  void tell(const TrainMetrics& metrics);

 private:
  using Clock = std::chrono::steady_clock;
  void beginWithEarlierLosses(std::int64_t first_step);

  static constexpr std::size_t kMaxPoints = 600;
  const StageContext& context_;
  ThinnedCurve losses_{kMaxPoints};
  bool has_begun_ = false;
  Clock::time_point next_;
};

/// Which play it is.
struct PlayTitle {
  const char* policy;
  const char* split;
  std::int64_t step;  ///< of training
};

class PlayBroadcast {
 public:
  /// `references`: [tasks]. All of it outlives the broadcast.
  PlayBroadcast(const StageContext& context, const PlayTitle& title, std::span<const TaskId> tasks,
                std::span<const ReferenceReturns> references)
      : context_(context), title_(title), tasks_(tasks), references_(references) {}

  /// Whether somebody watches: then rollouts must be kept, for there is nothing to see else.
  bool isHeard() const { return context_.live != nullptr; }
  /// Empty when nobody watches. The broadcast must outlive it.
  EvaluationObserver observer() const;
  void tellWhole(const EvaluationResult& result) const;

 private:
  void tell(const EvaluationResult& result, int episodes_done) const;

  const StageContext& context_;
  const PlayTitle title_;
  const std::span<const TaskId> tasks_;
  const std::span<const ReferenceReturns> references_;
};

}  // namespace limbeck
