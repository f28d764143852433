// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/fused/fused_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/model/fused/fused_decoder.h"
#include "core/model/fused/sequence_pass.h"
#include "core/model/fused/state_io.h"
#include "core/model/fused/trainer_state.h"
#include "core/model/fused/weights.h"
#include "core/model/fused/workspace.h"

namespace limbeck {
namespace {

using namespace fused;

SequenceTokens window(const ContextBatch& batch, int index) {
  const std::int64_t row = static_cast<std::int64_t>(index) * batch.length;
  return {batch.length, batch.observations.data() + row * batch.observation_size, batch.previous_actions.data() + row,
          batch.previous_rewards.data() + row, batch.previous_ends.data() + row};
}

void checkBatch(const TransformerConfig& config, const ContextBatch& batch) {
  const std::size_t rows = static_cast<std::size_t>(batch.windows) * static_cast<std::size_t>(batch.length);
  LIMBECK_CHECK(
      batch.windows > 0 && batch.length > 0 && batch.length <= config.context_length,
      fmt::format("batch of {} windows x {}, context {}", batch.windows, batch.length, config.context_length));
  LIMBECK_CHECK(batch.observation_size == config.spec.observationSize() &&
                    batch.observations.size() == rows * static_cast<std::size_t>(batch.observation_size),
                fmt::format("observations of size {}", batch.observation_size));
  LIMBECK_CHECK(batch.previous_actions.size() == rows && batch.previous_rewards.size() == rows &&
                    batch.previous_ends.size() == rows && batch.actions.size() == rows,
                "columns of different lengths");
  const auto is_action = [&](std::uint8_t action) { return action < config.spec.action_count; };
  LIMBECK_CHECK(std::ranges::all_of(batch.actions, is_action), "a target outside the actions");
}

class FusedModel final : public SequenceModel {
 public:
  FusedModel(const TransformerConfig& config, const ModelOptions& options, Team& team, InstructionSet instruction_set)
      : options_(options),
        team_(team),
        instruction_set_(instruction_set),
        weights_(config, kernelsFor(instruction_set, options.precision), PackFor::Training),
        trainer_(weights_, options.optimizer, team) {
    for (int i = 0; i < team.size(); ++i) {
      spaces_.push_back(std::make_unique<Workspace>(config, weights_.kernels, config.context_length, Keep::AllLayers));
    }
    train_work_ = [this](int worker) { trainWindows(worker); };
    predict_work_ = [this](int worker) { predictWindows(worker); };
  }

  const TransformerConfig& config() const override { return weights_.config; }
  std::string describe() const override {
    return fmt::format("fused core ({}), cpu, {}, {} thread{}", weights_.kernels.name,
                       options_.precision == Precision::BFloat16 ? "bf16" : "fp32", team_.size(),
                       team_.size() == 1 ? "" : "s");
  }

  TrainStepResult trainStep(const ContextBatch& batch, double learning_rate, const Rng& rng) override {
    checkBatch(config(), batch);
    batch_ = &batch;
    rng_ = &rng;
    sums_.assign(static_cast<std::size_t>(team_.size()), LossRow{});
    const double positions = std::max(1.0, static_cast<double>(countedPositions()));
    gradient_scale_ = static_cast<float>(1.0 / positions);
    team_.run(train_work_);
    LossRow total;
    for (const LossRow& sum : sums_) {
      total.loss += sum.loss;
      total.correct += sum.correct;
    }
    TrainStepResult result{total.loss / positions, total.correct / positions, trainer_.reduceGradients()};
    if (std::isfinite(result.loss) && std::isfinite(result.gradient_norm))
      trainer_.update(learning_rate, result.gradient_norm);
    return result;
  }

  void logProbabilities(const ContextBatch& batch, std::span<float> out) override {
    checkBatch(config(), batch);
    LIMBECK_CHECK(out.size() == batch.actions.size() * static_cast<std::size_t>(config().spec.action_count),
                  fmt::format("room for {} log-probabilities", out.size()));
    batch_ = &batch;
    out_ = out;
    team_.run(predict_work_);
  }

  std::unique_ptr<Decoder> makeDecoder(const DecoderOptions& options) const override {
    const CachePrecision own =
        options_.precision == Precision::BFloat16 ? CachePrecision::Int8 : CachePrecision::Float32;
    return makeFusedDecoder(weights_, cacheKernelsFor(instruction_set_, options.cache.value_or(own)), options, team_);
  }

  TensorMap exportState(bool with_optimizer) const override {
    return exportTensors(weights_, with_optimizer ? &trainer_ : nullptr);
  }

  void importState(const TensorMap& tensors) override {
    importTensors(tensors, weights_, trainer_);
    for (int worker = 0; worker < team_.size(); ++worker) weights_.repack(worker, team_.size());
  }

 private:
  SequenceNoise noiseOf(int index, Workspace& space) const {
    const TransformerConfig& c = config();
    Rng rng = rng_->split("window", static_cast<std::uint64_t>(index));
    SequenceNoise noise{rng.next(), static_cast<float>(c.dropout), static_cast<float>(c.attention_dropout)};
    if (c.input_mask > 0.0) {
      for (int t = 0; t < batch_->length; ++t)
        space.is_hidden[static_cast<std::size_t>(t)] = rng.uniform() < c.input_mask ? 1 : 0;
      noise.hidden = space.is_hidden.data();
    }
    return noise;
  }

  /// Positions of the batch that carry loss: all, or those that input masking leaves visible.
  std::int64_t countedPositions() {
    std::int64_t counted = static_cast<std::int64_t>(batch_->windows) * batch_->length;
    if (config().input_mask <= 0.0) return counted;
    for (int i = 0; i < batch_->windows; ++i) {
      const SequenceNoise noise = noiseOf(i, *spaces_.front());
      counted -= std::count(noise.hidden, noise.hidden + batch_->length, std::uint8_t{1});
    }
    return counted;
  }

  void trainWindows(int worker) {
    const auto share = [&](int w) { return static_cast<int>(shareBegin(batch_->windows, w, team_.size())); };
    float* const gradients = trainer_.clearedGradients(worker);
    for (int i = share(worker); i < share(worker + 1); ++i) {
      const LossRow row = trainWindow(i, *spaces_[static_cast<std::size_t>(worker)], gradients);
      sums_[static_cast<std::size_t>(worker)].loss += row.loss;
      sums_[static_cast<std::size_t>(worker)].correct += row.correct;
    }
  }

  LossRow trainWindow(int index, Workspace& space, float* gradients) const {
    const SequenceTokens tokens = window(*batch_, index);
    const SequenceNoise noise = noiseOf(index, space);
    const std::uint8_t* const targets = batch_->actions.data() + static_cast<std::int64_t>(index) * batch_->length;
    ForwardPass forward(weights_, space, tokens, noise);
    BackwardPass backward(weights_, space, tokens, noise, gradients);
    forward.allLayers();
    LossRow total;
    forEachBlock(weights_.kernels.row_tile, tokens.length, [&](int first, int rows) {
      forward.logits(first, rows);
      const LossRow row =
          lossOfBlock(rows, targets + first, noise.hidden == nullptr ? nullptr : noise.hidden + first, space);
      total.loss += row.loss;
      total.correct += row.correct;
      backward.head(first, rows);
    });
    backward.allLayers();
    return total;
  }

  /// Turns a block's logits into their gradient. Where the token is hidden its own observation is too: no loss there.
  LossRow lossOfBlock(int rows, const std::uint8_t* targets, const std::uint8_t* hidden, Workspace& space) const {
    LossRow total;
    for (int begin = 0, end = 0; begin < rows; begin = end) {
      const bool is_hidden = hidden != nullptr && hidden[begin] != 0;
      for (end = begin + 1; end < rows && hidden != nullptr && (hidden[end] != 0) == is_hidden;) ++end;
      if (hidden == nullptr) end = rows;
      float* const logits = space.logits + static_cast<std::int64_t>(begin) * space.action_ld;
      if (is_hidden) {
        std::fill_n(logits, static_cast<std::int64_t>(end - begin) * space.action_ld, 0.0F);
        continue;
      }
      const LossRow run =
          weights_.kernels.softmaxLoss(end - begin, config().spec.action_count, logits, space.action_ld,
                                       targets + begin, static_cast<float>(config().label_smoothing), gradient_scale_);
      total.loss += run.loss;
      total.correct += run.correct;
    }
    return total;
  }

  void predictWindows(int worker) {
    const auto share = [&](int w) { return static_cast<int>(shareBegin(batch_->windows, w, team_.size())); };
    for (int i = share(worker); i < share(worker + 1); ++i)
      predictWindow(i, *spaces_[static_cast<std::size_t>(worker)]);
  }

  void predictWindow(int index, Workspace& space) const {
    const SequenceTokens tokens = window(*batch_, index);
    const std::int64_t actions = config().spec.action_count;
    ForwardPass forward(weights_, space, tokens);
    forward.allLayers();
    forEachBlock(weights_.kernels.row_tile, tokens.length, [&](int first, int rows) {
      forward.logits(first, rows);
      for (int row = 0; row < rows; ++row) {
        const std::int64_t position = static_cast<std::int64_t>(index) * tokens.length + first + row;
        writeLogSoftmax(static_cast<int>(actions), space.logits + static_cast<std::int64_t>(row) * space.action_ld,
                        out_.data() + position * actions);
      }
    });
  }

  ModelOptions options_;
  Team& team_;
  InstructionSet instruction_set_;
  Weights weights_;
  TrainerState trainer_;
  std::vector<std::unique_ptr<Workspace>> spaces_;  ///< one a worker
  std::vector<LossRow> sums_;
  // Built once: a std::function with captures would allocate in each step. They read the members below.
  std::function<void(int)> train_work_, predict_work_;
  const ContextBatch* batch_ = nullptr;
  const Rng* rng_ = nullptr;
  float gradient_scale_ = 0.0F;  ///< 1 / positions that carry loss
  std::span<float> out_;
};

}  // namespace

bool fusedSupports(const TransformerConfig& config, const ModelOptions& options) {
  return config.backbone == Backbone::Transformer && options.device == Device::Cpu &&
         config.norm == NormPlacement::Pre && config.tokens == TokenScheme::One && config.width % 16 == 0 &&
         config.feed_forward % 16 == 0 && config.heads > 0 && config.width % config.heads == 0 &&
         config.headWidth() % 8 == 0 && config.headWidth() <= 256;
}

std::unique_ptr<SequenceModel> makeFusedModel(const TransformerConfig& config, const ModelOptions& options, Team& team,
                                              const Rng& rng, fused::InstructionSet instruction_set) {
  validate(config);
  if (!fusedSupports(config, options)) {
    throw Error(
        ErrorCode::InvalidArgument,
        fmt::format(
            "the fused core does not run width {}, {} heads, feed_forward {} with these options; it needs a "
            "transformer, a CPU, "
            "pre-norm, one token a transition, widths in multiples of 16 and heads in multiples of 8; use the torch "
            "backend",
            config.width, config.heads, config.feed_forward));
  }
  auto model = std::make_unique<FusedModel>(config, options, team, instruction_set);
  model->importState(initialParameters(config, rng));
  return model;
}

std::unique_ptr<SequenceModel> makeFusedModel(const TransformerConfig& config, const ModelOptions& options, Team& team,
                                              const Rng& rng) {
  return makeFusedModel(config, options, team, rng, fused::availableInstructionSets().back());
}

}  // namespace limbeck
