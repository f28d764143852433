// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_estimate.h"

#include <algorithm>
#include <vector>

#include "core/experiment/machine_probe.h"
#include "core/experiment/rl2_probe.h"
#include "core/model/fused/fused_model.h"
#include "core/model/parameter_layout.h"

namespace limbeck {
namespace {

constexpr std::int64_t kFloatBytes = sizeof(float);
// Seconds to measure decoding in: longer with the many streams of the evaluation, whose contexts take longer to fill.
constexpr double kValidationBudget = 0.04;
constexpr double kHeldOutBudget = 0.12;

int shareOf(int count, int workers) {
  return (count + workers - 1) / workers;
}

/// What one play of some streams asks of a decoder.
struct Play {
  int streams = 0;
  std::int64_t steps = 0;  ///< of each stream
};

int historiesOfALearner(const SourceOptions& source) {
  const std::unique_ptr<SourceAlgorithm> algorithm = makeSourceAlgorithm(source);
  return algorithm->learnsJointly() ? algorithm->historiesTogether() : 1;
}

/// What is counted rather than measured.
class Counts {
 public:
  Counts(const ExperimentConfig& config, const Environment& environment, const TaskSplit& split, int workers)
      : config_(config),
        split_(split),
        model_(transformerConfig(config, environment.spec())),
        horizon_(environment.spec().horizon),
        row_bytes_(environment.spec().observationSize() +
                   static_cast<std::int64_t>(sizeof(Action) + sizeof(float) + sizeof(End))),
        workers_(workers),
        together_(historiesOfALearner(config.source)),
        parameters_(parameterCount(model_)) {}

  bool isRl2() const { return config_.method == TrainingMethod::Rl2; }
  /// Of an optimiser step.
  std::int64_t tokensAStep() const {
    if (isRl2()) return std::int64_t{config_.rl2.trials_at_once} * config_.rl2.unroll;
    return std::int64_t{config_.training.batch_size} * config_.context.context_length;
  }
  const TransformerConfig& model() const { return model_; }
  std::int64_t parameters() const { return parameters_; }

  std::int64_t histories() const {
    if (isRl2()) return 0;
    return static_cast<std::int64_t>(split_.training.size()) * config_.histories.histories_per_task;
  }

  /// Of the worker that has most to do. Workers take whole shards, each the next one when it is free.
  std::int64_t historiesOfBusiestWorker() const {
    if (isRl2()) return 0;
    std::vector<std::int64_t> tasks_of(static_cast<std::size_t>(workers_), 0);
    auto left = static_cast<std::int64_t>(split_.training.size());
    while (left > 0) {
      const std::int64_t shard = std::min<std::int64_t>(left, config_.histories.tasks_per_shard);
      *std::ranges::min_element(tasks_of) += shard;
      left -= shard;
    }
    return std::ranges::max(tasks_of) * config_.histories.histories_per_task;
  }

  Play validation() const { return play(split_.validation.size(), config_.validation); }
  Play heldOut() const { return play(split_.held_out.size(), config_.evaluation.play); }
  int heldOutStreams() const { return heldOut().streams; }
  /// That the source plays on the held-out tasks: of a learner with many actors all, though only some are kept.
  int sourceStreams() const {
    const int learners = (config_.evaluation.play.repeats + together_ - 1) / together_;
    return static_cast<int>(split_.held_out.size()) * learners * together_;
  }

  std::int64_t validations() const {
    const TrainerOptions& training = trainerOptions(config_);
    const std::int64_t every = training.validate_every;
    return every == 0 ? 0 : (training.steps + every - 1) / every;
  }

  std::int64_t diskBytes(std::int64_t transitions) const {
    constexpr std::int64_t kKeptCheckpoints = 3;  // with both of the optimiser's moments, and the best one without
    const std::int64_t checkpoints = (kKeptCheckpoints * 3 + 1) * parameters_ * kFloatBytes;
    const std::int64_t history_row = row_bytes_ + (config_.histories.oracle_labels ? sizeof(Action) : 0);
    return transitions * history_row + checkpoints + (config_.evaluation.play.keep_rollouts ? rolloutBytes() : 0);
  }

  /// The greatest of what the three stages need.
  std::int64_t memoryBytes() const {
    const std::int64_t windows =
        histories() * (config_.source.episodes * std::int64_t{16} + config_.context.keep_every * std::int64_t{24});
    const std::int64_t checkpoint = 6 * parameters_ * kFloatBytes;  // its tensors and the file's content
    const std::int64_t training = modelBytes() + windows + checkpoint + decoderBytes(validation().streams);
    const std::int64_t learning = std::int64_t{workers_} * together_ * config_.source.episodes * horizon_ * row_bytes_;
    return std::max({learning, training, modelBytes() + decoderBytes(heldOutStreams()) + rolloutBytes()});
  }

 private:
  Play play(std::size_t tasks, const EvaluationOptions& options) const {
    return {.streams = static_cast<int>(tasks) * options.repeats, .steps = std::int64_t{options.episodes} * horizon_};
  }

  std::int64_t rolloutBytes() const {
    const EvaluationConfig& evaluation = config_.evaluation;
    const std::int64_t episodes =
        std::int64_t{evaluation.play.episodes} *
            ((evaluation.cleared_context_control ? 2 : 1) + static_cast<std::int64_t>(evaluation.prompts.size())) +
        (evaluation.source_control ? config_.source.episodes : 0);
    return heldOutStreams() * episodes * horizon_ * row_bytes_;
  }

  /// Weights, moments, gradients and what a training step keeps for the way back.
  std::int64_t modelBytes() const {
    const TransformerConfig& m = model_;
    const std::int64_t length = m.sequenceLength();
    if (m.backbone == Backbone::Lstm) {  // what autograd keeps of a cell: gates, their inputs, memories and outputs
      constexpr std::int64_t kRow = 16;
      return kFloatBytes * (parameters_ * (4 + workers_) + tokensAStep() * m.layers * m.width * kRow);
    }
    const bool is_fused = config_.compute.backend != Backend::Torch && fusedSupports(m, config_.compute);
    if (is_fused) {  // weights three times (as they are, and packed for both ways), a workspace and gradients a worker
      const std::int64_t row = std::int64_t{m.layers} * (6 * m.width + m.feed_forward) + 7 * std::int64_t{m.width};
      return kFloatBytes * (parameters_ * (5 + workers_) + workers_ * length * row);
    }
    const std::int64_t row = 10 * std::int64_t{m.width} + 2 * std::int64_t{m.feed_forward} + 2 * m.heads * length;
    return kFloatBytes * (parameters_ * 4 + config_.training.batch_size * length * m.layers * row);
  }

  std::int64_t decoderBytes(int streams) const {
    if (model_.backbone == Backbone::Lstm) {
      return kFloatBytes * 2 * (parameters_ + std::int64_t{model_.layers} * model_.width * streams);
    }
    const std::int64_t cache = std::int64_t{2} * model_.layers * model_.width * model_.sequenceLength() * streams;
    return kFloatBytes * (2 * parameters_ + cache);
  }

  const ExperimentConfig& config_;
  const TaskSplit& split_;
  TransformerConfig model_;
  std::int64_t horizon_;
  std::int64_t row_bytes_;
  int workers_;
  int together_;  ///< histories that one learner of the source makes
  std::int64_t parameters_;
};

/// How long plays take, from what was measured of decoding.
class PlayClock {
 public:
  PlayClock(const DecodingSpeed& speed, double encoding_seconds, const ExperimentConfig& config, int workers)
      : speed_(speed), encoding_seconds_(encoding_seconds), config_(config), workers_(workers) {}

  double secondsOf(const Play& play) const {
    const std::int64_t capacity = config_.context.context_length;
    const std::int64_t growing = std::min(play.steps, capacity);
    const std::int64_t full = play.steps - growing;
    const double lengths = static_cast<double>(growing) * static_cast<double>(growing) / 2.0 +
                           static_cast<double>(full) * (static_cast<double>(capacity) - config_.drop_count / 2.0);
    const std::int64_t drops = (full + config_.drop_count - 1) / config_.drop_count;
    const double encoding = static_cast<double>(drops) * encoding_seconds_ * shareOf(play.streams, workers_);
    return decoding(play, lengths) + encoding;
  }

  /// With the context cleared at each episode of `horizon` steps.
  double secondsOfCleared(const Play& play, int horizon) const {
    const int longest = std::min(horizon, config_.context.context_length);
    return decoding(play, static_cast<double>(play.steps) * longest / 2.0);
  }

 private:
  /// `lengths`: the sum over all steps of the context's length.
  double decoding(const Play& play, double lengths) const {
    const double scale = static_cast<double>(shareOf(play.streams, workers_)) / shareOf(speed_.streams, workers_);
    return scale * (static_cast<double>(play.steps) * speed_.empty_seconds + lengths * speed_.growth_seconds);
  }

  DecodingSpeed speed_;
  double encoding_seconds_;
  const ExperimentConfig& config_;
  int workers_;
};

double stepSeconds(SequenceModel& model, int batch_size, const Team& team, WorkControl& control) {
  const TrainingSpeed training = probeTraining(model, batch_size, team, control);
  return training.fixed_seconds + training.window_seconds * shareOf(batch_size, team.size());
}

/// With the few validation tasks that are played every few seconds for whoever watches (training_stage.cpp).
double withLivePlays(double seconds, double live_play_seconds) {
  const double between = std::max(5.0, 30.0 * live_play_seconds);
  return seconds + seconds / between * live_play_seconds;
}

}  // namespace

RunEstimate estimateRun(const ExperimentConfig& config, Team& team, WorkControl& control) {
  validate(config);
  const std::unique_ptr<Environment> environment = makeEnvironment(config.environment);
  const TaskSplit split = splitTasks(*environment, config.tasks);
  const int workers = team.size();
  const Counts counts(config, *environment, split, workers);

  const HistorySpeed history = probeHistories(*environment, split.training, config.source, team, control);
  RunEstimate estimate{
      .histories_seconds = history.seconds * static_cast<double>(counts.historiesOfBusiestWorker()),
      .transitions = static_cast<std::int64_t>(history.transitions * static_cast<double>(counts.histories())),
      .training_tokens = trainerOptions(config).steps * counts.tokensAStep(),
      .parameters = counts.parameters()};
  estimate.disk_bytes = counts.diskBytes(estimate.transitions);
  estimate.memory_bytes = counts.memoryBytes();

  const std::unique_ptr<SequenceModel> model = makeSequenceModel(counts.model(), config.compute, team, Rng(Seed{0}));
  // What RL² trains has no window, so nothing is ever encoded again.
  const double encoding =
      counts.isRl2() ? 0.0 : probeEncoding(*model, config.context.context_length - config.drop_count, team, control);
  const Play validation = counts.validation();
  const PlayClock validation_clock(
      probeDecoding(*model, validation.streams, config.drop_count, kValidationBudget, team, control), encoding, config,
      workers);
  const double step_seconds = counts.isRl2() ? probeRl2(*model, *environment, split.training, config.rl2, control)
                                             : stepSeconds(*model, config.training.batch_size, team, control);
  const Play live{.streams = std::min(8, static_cast<int>(split.validation.size())), .steps = validation.steps};
  estimate.training_seconds =
      withLivePlays(static_cast<double>(trainerOptions(config).steps) * step_seconds +
                        static_cast<double>(counts.validations()) * validation_clock.secondsOf(validation),
                    validation_clock.secondsOf(live));

  const Play held_out = counts.heldOut();
  const PlayClock clock(probeDecoding(*model, held_out.streams, config.drop_count, kHeldOutBudget, team, control),
                        encoding, config, workers);
  estimate.evaluation_seconds = clock.secondsOf(held_out);
  if (config.evaluation.cleared_context_control) {
    estimate.evaluation_seconds += clock.secondsOfCleared(held_out, environment->spec().horizon);
  }
  if (const std::size_t prompts = config.evaluation.prompts.size(); prompts > 0) {
    const Play prompted{.streams = held_out.streams, .steps = held_out.steps + longestPrompt(config)};
    estimate.evaluation_seconds += static_cast<double>(prompts) * clock.secondsOf(prompted);
    estimate.evaluation_seconds += history.seconds * counts.sourceStreams();
  }
  // The source learns the held-out tasks on one worker.
  if (config.evaluation.source_control) estimate.evaluation_seconds += history.seconds * counts.sourceStreams();
  return estimate;
}

}  // namespace limbeck
