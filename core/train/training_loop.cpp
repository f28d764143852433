// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/base/log.h"

namespace limbeck {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kLossKey = "loss";
constexpr const char* kScoreKey = "validation_score";
/// Only in a checkpoint whose validation a stop cut short.
constexpr const char* kValidationDueKey = "validation_due";

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double readNumber(const TensorMetadata& metadata, const char* key) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) throw Error(ErrorCode::Corrupt, fmt::format("a checkpoint without '{}'", key));
  try {
    return std::stod(found->second);
  } catch (const std::exception&) {
    throw Error(ErrorCode::Corrupt, fmt::format("a checkpoint whose '{}' is no number: '{}'", key, found->second));
  }
}

/// One call of `runTraining`: what it was given, and where it stands.
class Training {
 public:
  Training(StepLearner& learner, const TrainerOptions& options, CheckpointFolder& checkpoints,
           const TensorMetadata& extra, const TrainerHooks& hooks, WorkControl& control)
      : learner_(learner),
        options_(options),
        checkpoints_(checkpoints),
        extra_(extra),
        hooks_(hooks),
        control_(control) {}

  TrainerResult run() {
    resume();
    if (owes_validation_) catchUpValidation();
    while (step_ < options_.steps) {
      control_.pauseIfAsked();
      if (control_.stopRequested()) saveAndCancel();
      takeStep();
      if (isValidationDue()) playValidation();
      if (step_ == options_.steps || secondsSince(last_save_) >= options_.checkpoint_every_seconds) save();
    }
    result_.steps = step_;
    result_.seconds = secondsSince(begin_);
    return result_;
  }

 private:
  void resume() {
    const std::optional<Checkpoint> latest = checkpoints_.latest();
    if (!latest) return;
    if (latest->config != learner_.model().config()) {
      throw Error(
          ErrorCode::InvalidArgument,
          fmt::format(
              "{}: a checkpoint of another architecture; train into an empty folder or use the architecture it has",
              checkpoints_.pathOf(latest->step).string()));
    }
    learner_.importState(latest->tensors);
    step_ = latest->step;
    saved_step_ = step_;
    result_.final_loss = readNumber(latest->extra, kLossKey);
    owes_validation_ = latest->extra.contains(kValidationDueKey);
    resumeBest();
    if (step_ < options_.steps) log::info("training goes on from the checkpoint at step {}", step_);
  }

  void resumeBest() {
    try {
      const Checkpoint best = readCheckpoint(checkpoints_.bestPath());
      result_.best_score = readNumber(best.extra, kScoreKey);
      result_.best_step = best.step;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::NotFound) return;  // nothing was validated yet
      // As in CheckpointFolder::latest: what a newer version wrote must not be overwritten.
      if (error.code() != ErrorCode::Corrupt && error.code() != ErrorCode::InvalidArgument) throw;
      const bool has_ended = step_ >= options_.steps;
      log::warning("the best checkpoint so far cannot be read{}: {}",
                   has_ended ? "" : ", the next validation replaces it", error.what());
    }
  }

  void takeStep() {
    const Clock::time_point begin = Clock::now();
    TrainMetrics metrics;
    metrics.learning_rate = learningRateAt(options_, step_);
    const LearnerStep taken = learner_.step(step_, metrics.learning_rate);
    metrics.result = taken.result;
    result_.step_seconds += taken.seconds;
    checkSanity(metrics);
    metrics.step = ++step_;
    result_.final_loss = metrics.result.loss;
    result_.tokens += taken.tokens;
    training_seconds_ += secondsSince(begin);
    metrics.tokens_per_second = static_cast<double>(result_.tokens) / std::max(training_seconds_, 1e-9);
    if (hooks_.on_step) hooks_.on_step(metrics);
    control_.report({"steps", step_, options_.steps, metrics.tokens_per_second, learner_.tokenName(),
                     learner_.detail(metrics.result)});
  }

  void checkSanity(const TrainMetrics& metrics) const {
    const double bound = options_.divergence_loss > 0.0 ? options_.divergence_loss
                                                        : 10.0 * std::log(learner_.model().config().spec.action_count);
    const TrainStepResult& result = metrics.result;
    const bool finite = std::isfinite(result.loss) && std::isfinite(result.gradient_norm);
    if (finite && (step_ < options_.warmup_steps || result.loss <= bound)) return;
    const std::string kept =
        saved_step_ < 0 ? "no checkpoint was written yet"
                        : fmt::format("the last good checkpoint is {}", checkpoints_.pathOf(saved_step_).string());
    throw Error(
        ErrorCode::Diverged,
        fmt::format(
            "training diverged at step {}: loss {:.4g} (bound {:.4g}), gradient norm {:.4g}, learning rate {:.4g}; "
            "{}; {}",
            step_, result.loss, bound, result.gradient_norm, metrics.learning_rate, kept, learner_.remedy()));
  }

  bool isValidationDue() const {
    if (!hooks_.on_validate || options_.validate_every == 0) return false;
    return step_ % options_.validate_every == 0 || step_ == options_.steps;
  }

  /// What the stop cut short that this checkpoint comes from. Then the checkpoint is written again, as it would be
  /// without the stop.
  void catchUpValidation() {
    if (isValidationDue()) playValidation();
    owes_validation_ = false;
    save();
  }

  double validationScore() {
    const Clock::time_point begin = Clock::now();
    try {
      const double score = hooks_.on_validate(step_, learner_.model());
      result_.validation_seconds += secondsSince(begin);
      owes_validation_ = false;
      return score;
    } catch (const Cancelled&) {
      if (!owes_validation_) {  // else the checkpoint that this training began with says so already
        owes_validation_ = true;
        save();
      }
      throwCancelled();
    }
  }

  void playValidation() {
    const double score = validationScore();
    if (std::isnan(score) || (result_.best_score && score < *result_.best_score)) return;
    result_.best_score = score;
    result_.best_step = step_;
    Checkpoint best = snapshot(learner_.model().exportState(false));
    best.extra[kScoreKey] = fmt::format("{:.17g}", score);
    checkpoints_.saveBest(best);
  }

  Checkpoint snapshot(TensorMap tensors) const {
    Checkpoint checkpoint{learner_.model().config(), step_, extra_, std::move(tensors)};
    checkpoint.extra[kLossKey] = fmt::format("{:.17g}", result_.final_loss);
    if (owes_validation_) checkpoint.extra.emplace(kValidationDueKey, "1");
    return checkpoint;
  }

  void save() {
    checkpoints_.save(snapshot(learner_.exportState()));
    saved_step_ = step_;
    last_save_ = Clock::now();
    if (hooks_.on_checkpoint) hooks_.on_checkpoint(step_);
  }

  [[noreturn]] void saveAndCancel() {
    if (saved_step_ != step_) save();
    throwCancelled();
  }

  [[noreturn]] void throwCancelled() const { throw Cancelled(fmt::format("checkpoint at step {}", step_)); }

  StepLearner& learner_;
  const TrainerOptions& options_;
  CheckpointFolder& checkpoints_;
  const TensorMetadata& extra_;
  const TrainerHooks& hooks_;
  WorkControl& control_;
  std::int64_t step_ = 0;
  bool owes_validation_ = false;  // the validation of `step_` was cut short
  std::int64_t saved_step_ = -1;  // -1: no checkpoint stands for this training
  double training_seconds_ = 0.0;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_save_ = begin_;
  TrainerResult result_;
};

}  // namespace

double learningRateAt(const TrainerOptions& options, std::int64_t step) {
  const auto done = static_cast<double>(step + 1);
  const auto warmup = static_cast<double>(options.warmup_steps);
  if (step < options.warmup_steps) return options.learning_rate * done / warmup;
  const double rest = std::max(static_cast<double>(options.steps) - warmup, 1.0);
  const double share = std::min((done - warmup) / rest, 1.0);
  const double fall = 0.5 * (1.0 + std::cos(std::numbers::pi * share));  // 1 -> 0
  return options.learning_rate * (options.final_learning_rate + (1.0 - options.final_learning_rate) * fall);
}

std::string StepLearner::detail(const TrainStepResult& result) const {
  return fmt::format("loss {:.3f}", result.loss);
}

TrainerResult runTraining(StepLearner& learner, const TrainerOptions& options, CheckpointFolder& checkpoints,
                          const TensorMetadata& checkpoint_extra, const TrainerHooks& hooks, WorkControl& control) {
  return Training(learner, options, checkpoints, checkpoint_extra, hooks, control).run();
}

}  // namespace limbeck
