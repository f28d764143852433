// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <string_view>

#include "core/base/error.h"

namespace limbeck {
namespace {

void require(bool holds, std::string_view key, double value, std::string_view limit) {
  if (holds) return;
  throw Error(ErrorCode::InvalidArgument, fmt::format("training.{} = {}: must be {}", key, value, limit));
}

void validate(const TrainerOptions& options) {
  require(options.steps >= 0, "steps", static_cast<double>(options.steps), "at least 0");
  require(options.batch_size >= 1, "batch_size", options.batch_size, "at least 1");
  require(options.learning_rate > 0.0 && std::isfinite(options.learning_rate), "learning_rate", options.learning_rate,
          "above 0");
  require(options.warmup_steps >= 0, "warmup_steps", static_cast<double>(options.warmup_steps), "at least 0");
  require(options.final_learning_rate >= 0.0 && options.final_learning_rate <= 1.0, "final_learning_rate",
          options.final_learning_rate, "a share in [0, 1]");
  require(options.validate_every >= 0, "validate_every", static_cast<double>(options.validate_every), "at least 0");
  require(options.checkpoint_every_seconds > 0.0, "checkpoint_every_seconds", options.checkpoint_every_seconds,
          "above 0");
  require(options.divergence_loss >= 0.0, "divergence_loss", options.divergence_loss, "at least 0");
}

/// Fits action prediction on windows that a sampler draws.
class ContextLearner final : public StepLearner {
 public:
  ContextLearner(SequenceModel& model, const ContextSampler& sampler, int batch_size, const Rng& rng)
      : model_(model), sampler_(sampler), batch_size_(batch_size), rng_(rng) {}

  const SequenceModel& model() const override { return model_; }

  LearnerStep step(std::int64_t index, double learning_rate) override {
    using Clock = std::chrono::steady_clock;
    const auto number = static_cast<std::uint64_t>(index);
    sampler_.sample(batch_size_, rng_.split("batch", number), batch_);
    const Clock::time_point begin = Clock::now();
    LearnerStep step{.result = model_.trainStep(batch_, learning_rate, rng_.split("dropout", number)),
                     .tokens = static_cast<std::int64_t>(batch_.windows) * batch_.length};
    step.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return step;
  }

  void importState(const TensorMap& state) override { model_.importState(state); }

  std::string remedy() const override { return "lower training.learning_rate or lengthen training.warmup_steps"; }

 private:
  SequenceModel& model_;
  const ContextSampler& sampler_;
  int batch_size_;
  const Rng& rng_;
  ContextBatch batch_;
};

}  // namespace

TrainerResult train(SequenceModel& model, const ContextSampler& sampler, const TrainerOptions& options,
                    CheckpointFolder& checkpoints, const TensorMetadata& checkpoint_extra, const TrainerHooks& hooks,
                    const Rng& rng, WorkControl& control) {
  validate(options);
  ContextLearner learner(model, sampler, options.batch_size, rng);
  return runTraining(learner, options, checkpoints, checkpoint_extra, hooks, control);
}

}  // namespace limbeck
