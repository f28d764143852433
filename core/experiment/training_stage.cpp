// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/training_stage.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <span>
#include <utility>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/data/history_dataset.h"
#include "core/env/reference_returns.h"
#include "core/experiment/histories_stage.h"
#include "core/experiment/live_broadcast.h"
#include "core/experiment/references.h"
#include "core/experiment/stage_hash.h"
#include "core/experiment/stage_record.h"
#include "core/meta/rl2_learner.h"
#include "core/model/parameter_layout.h"
#include "core/store/metric_writer.h"
#include "core/train/trainer.h"

namespace limbeck {
namespace {

/// Lets a play be stopped. Its progress is not the training's, and it does not pause: how long it takes sets the pace
/// of live plays.
class StopOnly final : public WorkControl {
 public:
  explicit StopOnly(const WorkControl& inner) : inner_(inner) {}
  bool stopRequested() const override { return inner_.stopRequested(); }

 private:
  const WorkControl& inner_;
};

/// Plays the validation tasks with the weights of the moment. They are never trained on and never reported; their score
/// picks the checkpoint.
class Validation {
 public:
  explicit Validation(const StageContext& context)
      : context_(context), references_(taskReferences(context.environment, context.split.validation)) {}

  /// Plays all of them as the experiment says; the score chooses the checkpoint.
  double play(std::int64_t step, const SequenceModel& model) {
    const ScoredEvaluation scored =
        playTasks("validation", step, context_.split.validation, context_.config.validation, model);
    context_.workspace.store().putCurve(context_.run, toCurveRecord(kPolicyAd, "validation", step, scored));
    return secondHalfScore(scored);
  }

  /// Plays a few of them once and keeps the curve under "validation_live": for whoever watches. It chooses nothing, so
  /// that how often it happens, which depends on the machine's speed, changes no result.
  void playLive(std::int64_t step, const SequenceModel& model) const try {
    const std::span<const TaskId> tasks =
        std::span(context_.split.validation).first(std::min(kLiveTasks, references_.size()));
    const EvaluationOptions options{
        .episodes = context_.config.validation.episodes, .repeats = 1, .keep_rollouts = false};
    const ScoredEvaluation scored = playTasks("validation_live", step, tasks, options, model);
    context_.workspace.store().putCurve(context_.run, toCurveRecord(kPolicyAd, "validation_live", step, scored));
  } catch (const Cancelled&) {
    // The trainer sees the stop itself, and keeps what is worth it; this play was worth nothing.
  }

 private:
  static constexpr std::size_t kLiveTasks = 8;

  ScoredEvaluation playTasks(const char* split, std::int64_t step, std::span<const TaskId> tasks,
                             EvaluationOptions options, const SequenceModel& model) const {
    const PlayBroadcast broadcast(context_, {kPolicyAd, split, step}, context_.split.validation, references_);
    if (broadcast.isHeard()) options.keep_rollouts = true;
    StopOnly control(context_.control);
    TransformerPolicy policy(model, {.choice = context_.config.evaluation.action_choice,
                                     .context = ContextUse::AcrossEpisodes,
                                     .drop_count = context_.config.drop_count});
    // One stream of random numbers for all steps: checkpoints are compared on the same draws.
    ScoredEvaluation scored{
        .result = evaluateInContext(context_.environment, tasks, policy, options, context_.rng().split("validation"),
                                    control, broadcast.observer()),
        .references = {}};
    broadcast.tellWhole(scored.result);
    scored.references = streamReferences(references_, context_.split.validation, scored.result);
    return scored;
  }

  /// Mean normalised return over the second half of the episodes: late enough to ask for learning, wide enough to be
  /// steady.
  static double secondHalfScore(const ScoredEvaluation& scored) {
    const EvaluationResult& result = scored.result;
    const int first = result.episodes / 2;
    double sum = 0.0;
    for (int stream = 0; stream < result.streams(); ++stream) {
      const ReferenceReturns& reference = scored.references[stream];
      for (int episode = first; episode < result.episodes; ++episode) {
        // As in scores.h: where chance is optimal, whatever was played is; a NaN would choose no checkpoint at all.
        const double span = reference.optimal - reference.random;
        sum += span > 0.0 ? (result.returnAt(stream, episode) - reference.random) / span : 1.0;
      }
    }
    return sum / (result.streams() * (result.episodes - first));
  }

  const StageContext& context_;
  std::vector<ReferenceReturns> references_;
};

/// Says when it is time for another live play: every few seconds, and never for more than a hundredth of the time.
class LivePace {
 public:
  template <typename Play>
  void playWhenDue(const Play& play) {
    const Clock::time_point start = Clock::now();
    if (start < next_) return;
    play();
    const Clock::time_point end = Clock::now();
    next_ = end + std::max<Clock::duration>(kInterval, kLongestShare * (end - start));
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kInterval{5};
  static constexpr int kLongestShare = 100;
  Clock::time_point next_ = Clock::now() + kInterval;
};

void storeStep(MetricWriter& writer, const TrainMetrics& metrics) {
  writer.add("loss", metrics.step, metrics.result.loss);
  writer.add("gradient_norm", metrics.step, metrics.result.gradient_norm);
  writer.add("learning_rate", metrics.step, metrics.learning_rate);
  writer.add("tokens_per_second", metrics.step, metrics.tokens_per_second);
}

void storeRl2Step(MetricWriter& writer, std::int64_t step, const Rl2Metrics& metrics) {
  if (metrics.mean_return) writer.add("training_return", step, *metrics.mean_return);
  writer.add("policy_loss", step, metrics.policy_loss);
  writer.add("value_loss", step, metrics.value_loss);
  writer.add("entropy", step, metrics.entropy);
}

/// What a method adds to the training that both share.
struct MethodParts {
  SequenceModel& model;
  CheckpointFolder& checkpoints;
  MetricWriter& writer;
  TrainerHooks hooks;
  TensorMetadata extra;
  Rng rng;
};

TrainerResult distil(const StageContext& context, MethodParts parts) {
  const ExperimentConfig& config = context.config;
  const HistoryDataset dataset(historiesDirectory(context.workspace, config));
  const ContextSampler sampler(dataset, config.context);
  parts.extra["histories_hash"] = historiesHash(config);
  parts.hooks.on_step = [&, tell = std::move(parts.hooks.on_step)](const TrainMetrics& metrics) {
    parts.writer.add("accuracy", metrics.step, metrics.result.accuracy);
    tell(metrics);
  };
  return train(parts.model, sampler, config.training, parts.checkpoints, parts.extra, parts.hooks, parts.rng,
               context.control);
}

TrainerResult learnOnline(const StageContext& context, MethodParts parts) {
  const ExperimentConfig& config = context.config;
  Rl2Learner learner(parts.model, context.environment, context.split.training, config.rl2, parts.rng);
  parts.hooks.on_step = [&, tell = std::move(parts.hooks.on_step)](const TrainMetrics& metrics) {
    storeRl2Step(parts.writer, metrics.step, learner.metrics());
    tell(metrics);
  };
  TrainerOptions options = config.rl2.trainer;
  options.checkpoint_every_seconds = config.training.checkpoint_every_seconds;
  options.divergence_loss = std::numeric_limits<double>::infinity();  // a policy's loss may be anything
  return runTraining(learner, options, parts.checkpoints, parts.extra, parts.hooks, context.control);
}

}  // namespace

std::filesystem::path checkpointDirectory(const Workspace& workspace, const ExperimentConfig& config) {
  return workspace.checkpoints() / trainingHash(config);
}

StageTiming runTrainingStage(const StageContext& context, SeedOutcome& outcome) {
  const ExperimentConfig& config = context.config;
  StageRecorder recorder(context, "training", trainingHash(config));
  const Rng rng = context.rng().split("training");
  const TransformerConfig architecture = transformerConfig(config, context.environment.spec());
  const std::unique_ptr<SequenceModel> model =
      makeSequenceModel(architecture, config.compute, context.team, rng.split("model"));
  outcome.backend = model->describe();
  outcome.parameters = parameterCount(architecture);

  CheckpointFolder checkpoints(checkpointDirectory(context.workspace, config));
  MetricWriter writer(context.workspace.store(), context.run);
  Validation validation(context);
  LivePace pace;
  TrainerHooks hooks;
  TrainingBroadcast broadcast(context);
  hooks.on_step = [&](const TrainMetrics& metrics) {
    storeStep(writer, metrics);
    broadcast.tell(metrics);
    pace.playWhenDue([&] { validation.playLive(metrics.step, *model); });
  };
  bool has_validated = false;
  hooks.on_validate = [&](std::int64_t step, const SequenceModel& current) {
    const double score = validation.play(step, current);
    has_validated = true;
    writer.add("validation_score", step, score);
    log::debug("step {}: validation score {:.3f}", step, score);
    return score;
  };
  hooks.on_checkpoint = [&](std::int64_t) { writer.flush(); };
  MethodParts parts{.model = *model,
                    .checkpoints = checkpoints,
                    .writer = writer,
                    .hooks = hooks,
                    .extra = {{"seed", std::to_string(config.seed.value)}},
                    .rng = rng};
  const TrainerResult result =
      config.method == TrainingMethod::Rl2 ? learnOnline(context, std::move(parts)) : distil(context, std::move(parts));
  if (result.tokens > 0) {
    const double useful = result.step_seconds + result.validation_seconds;
    writer.add("training_overhead", result.steps, 1.0 - useful / result.seconds);
  }
  writer.flush();
  outcome.training_tokens = result.tokens;
  outcome.training_tokens_per_second = result.seconds > 0.0 ? static_cast<double>(result.tokens) / result.seconds : 0.0;
  outcome.training_step_seconds = result.step_seconds;
  outcome.validation_seconds = result.validation_seconds;
  outcome.best_step = result.best_step;
  return recorder.finish(checkpointDirectory(context.workspace, config), result.tokens == 0 && !has_validated);
}

}  // namespace limbeck
