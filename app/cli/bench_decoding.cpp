// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <optional>

#include "app/cli/bench_clock.h"
#include "app/cli/bench_groups.h"
#include "app/cli/bench_models.h"
#include "core/model/flop_count.h"

namespace limbeck::cli {
namespace {

/// Feeds a decoder random moments. From the moment on that its windows are full it is always measured over whole
/// rounds: the oldest third goes, what is left is encoded again, and the third is filled. So every figure holds its
/// share of that, and windows are 83 % full on average, which is the most that an exact cache can hold on average.
class FullWindows {
 public:
  FullWindows(const SequenceModel& model, int streams, std::optional<CachePrecision> cache,
              std::shared_ptr<const ContextBatch> batch)
      : streams_(static_cast<std::size_t>(streams)),
        round_(std::max(model.config().context_length / 3, 1)),
        batch_(std::move(batch)),
        decoder_(model.makeDecoder({.streams = streams, .drop_count = round_, .cache = cache})),
        log_probabilities_(streams_ * static_cast<std::size_t>(model.config().spec.action_count)) {
    for (int step = 0; step < model.config().context_length; ++step) decode();
  }

  int stepsInRound() const { return round_; }

  /// Environment steps a second over `rounds` rounds.
  double measure(int rounds) {
    const double seconds = secondsOf([&] {
      for (int step = 0; step < rounds * round_; ++step) decode();
    });
    return static_cast<double>(rounds) * round_ * static_cast<double>(streams_) / seconds;
  }

 private:
  void decode() {
    const std::size_t size = static_cast<std::size_t>(batch_->observation_size);
    const std::size_t first = position_ * streams_;
    position_ = (position_ + 1) % (batch_->actions.size() / streams_);
    decoder_->step({.observations = std::span(batch_->observations).subspan(first * size, streams_ * size),
                    .previous_actions = std::span(batch_->previous_actions).subspan(first, streams_),
                    .previous_rewards = std::span(batch_->previous_rewards).subspan(first, streams_),
                    .previous_ends = std::span(batch_->previous_ends).subspan(first, streams_)},
                   log_probabilities_);
  }

  std::size_t streams_;
  int round_;
  std::shared_ptr<const ContextBatch> batch_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<float> log_probabilities_;
  std::size_t position_ = 0;
};

BenchPath cachedPath(const BenchModel& made, int streams, const std::shared_ptr<const ContextBatch>& batch,
                     std::optional<CachePrecision> cache = {}) {
  const TransformerConfig& config = made.model->config();
  const auto windows = std::make_shared<FullWindows>(*made.model, streams, cache, batch);  // Shared with the closure.
  const double round_seconds = secondsOf([&] { windows->measure(1); });
  const int rounds = round_seconds > 0.1 ? 1 : static_cast<int>(0.1 / round_seconds) + 1;
  const std::shared_ptr<SequenceModel> model = made.model;  // A decoder may use its model's threads.
  return {.name = made.name,
          .detail = model->describe(),
          .measure = [windows, model, rounds] { return windows->measure(rounds); },
          .steps = static_cast<double>(rounds) * windows->stepsInRound(),
          .flops_per_unit = decodingFlops(config, config.context_length - windows->stepsInRound() / 2.0),
          .precision = made.precision};
}

/// What one does without a cache: the whole window through the model for each step. One step of each stream, and of one
/// stream only where that takes many seconds already.
BenchPath reencodingPath(const BenchModel& made, int streams) {
  const TransformerConfig& config = made.model->config();
  const int windows = config.context_length > 500 ? 2 : streams;
  const std::shared_ptr<SequenceModel> model = made.model;
  const std::shared_ptr<const ContextBatch> batch = randomBatch(config, windows);
  const auto out = std::make_shared<std::vector<float>>(batch->actions.size() * config.spec.action_count);
  return {.name = kPlainUncached, .detail = model->describe(), .measure = [model, batch, out] {
            return batch->windows / secondsOf([&] { model->logProbabilities(*batch, *out); });
          }};
}

BenchRow decodingRow(const BenchSetup& setup, const BenchShape& shape, int streams) {
  BenchRow row{.group = "decoding",
               .name = fmt::format("{}: {}, {} streams", shape.name, shape.describe(), streams),
               .note = {},
               .unit = "env steps/s",
               .paths = {},
               .baselines = {kPlainFloat32, kPlainUncached}};
  const auto batch = randomBatch(transformerOf(shape), streams);
  for (const BenchModel& made : makeBenchModels(shape, setup.device, setup.team)) {
    if (made.name == kPlainBFloat16) continue;  // Its casts cost more than its products save.
    row.paths.push_back(cachedPath(made, streams, batch));
    if (made.name == kFusedBFloat16) {
      row.paths.push_back(cachedPath(made, streams, batch, CachePrecision::BFloat16));
      row.paths.back().name += ", bf16 cache";
    }
    if (made.name == kPlainFloat32) row.paths.push_back(reencodingPath(made, streams));
  }
  return row;
}

}  // namespace

std::vector<RowMaker> decodingRows(const BenchSetup& setup) {
  const auto row = [setup](BenchShape shape, int context, int streams) -> RowMaker {
    shape.context_length = context;
    return [setup, shape, streams] { return decodingRow(setup, shape, streams); };
  };
  return {row(kShapeS, 300, 64), row(kShapeM, 400, 64), row(kShapeS, 100, 64), row(kShapeS, 1000, 64),
          row(kShapeS, 4000, 16)};
}

}  // namespace limbeck::cli
