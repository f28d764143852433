// SPDX-License-Identifier: GPL-3.0-or-later
// Decoding in context. A step takes all streams of a worker through each layer together, so that the weights are read
// once; attention then reads each stream's keys and values front to back. Positions are absolute and learned, so a full
// context cannot slide: it loses its oldest `drop_count` transitions and the rest is encoded again from position 0.
#include "core/model/fused/fused_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/model/fused/sequence_pass.h"
#include "core/model/fused/state_io.h"
#include "core/model/fused/workspace.h"

namespace limbeck::fused {
namespace {

/// The tokens in a stream's context.
struct Stream {
  int length = 0;
  std::vector<std::uint8_t> observations, previous_actions, previous_ends;
  std::vector<float> previous_rewards;
};

class FusedDecoder final : public Decoder {
 public:
  FusedDecoder(const Weights& weights, const CacheKernels& cache, const DecoderOptions& options, Team& team);

  void step(const TokenColumns& tokens, std::span<float> log_probabilities) override;
  void clear(int stream) override {
    checkStream(stream);
    streams_[static_cast<std::size_t>(stream)].length = 0;
  }
  int length(int stream) const override {
    checkStream(stream);
    return streams_[static_cast<std::size_t>(stream)].length;
  }

 private:
  void checkStream(int stream) const {
    LIMBECK_CHECK(stream >= 0 && stream < options_.streams, fmt::format("stream {} of {}", stream, options_.streams));
  }
  void stepShare(int worker);
  void stepBlock(int worker, int first, int count);
  void attend(int worker, int layer, int first, int count);
  void append(Stream& stream, int index);
  void dropOldest(int index, Workspace& space);
  SequenceTokens tokensOf(const Stream& stream) const;
  std::byte* cacheOf(int stream, int layer) {
    return reinterpret_cast<std::byte*>(cache_.data()) +
           (static_cast<std::int64_t>(layer) * options_.streams + stream) * layer_bytes_;
  }

  Weights weights_;
  const CacheKernels& cache_kernels_;
  DecoderOptions options_;
  Team& team_;
  CacheShape shape_;
  std::int64_t layer_bytes_ = 0;  ///< of one stream's keys and values in a layer
  AlignedBuffer cache_;           ///< [layers][streams][layer_bytes_], in the order a step reads it
  std::vector<Stream> streams_;
  std::vector<std::unique_ptr<Workspace>> spaces_;  ///< one a worker
  std::vector<AlignedBuffer> scores_;               ///< one a worker
  std::function<void(int)> work_;                   // built once: it reads the members below
  TokenColumns tokens_;
  std::span<float> out_;
};

FusedDecoder::FusedDecoder(const Weights& weights, const CacheKernels& cache, const DecoderOptions& options, Team& team)
    : weights_(weights.config, weights.kernels, PackFor::Inference),
      cache_kernels_(cache),
      options_(options),
      team_(team) {
  const TransformerConfig& config = weights_.config;
  std::ranges::copy(weights.flat.span(), weights_.flat.data());
  weights_.repack(0, 1);
  shape_ = {(config.context_length + kCacheBlock - 1) / kCacheBlock * kCacheBlock, config.heads, config.headWidth()};
  layer_bytes_ = cache.layerBytes(shape_);
  cache_ = AlignedBuffer(layer_bytes_ * config.layers * options.streams / static_cast<std::int64_t>(sizeof(float)));
  const auto capacity = static_cast<std::size_t>(config.context_length);
  for (int i = 0; i < options.streams; ++i) {
    Stream& stream = streams_.emplace_back();
    stream.observations.resize(capacity * static_cast<std::size_t>(config.spec.observationSize()));
    stream.previous_actions.resize(capacity);
    stream.previous_ends.resize(capacity);
    stream.previous_rewards.resize(capacity);
  }
  for (int i = 0; i < team.size(); ++i) {
    const int rows = std::max(config.context_length, kMaxBlockRows);
    spaces_.push_back(std::make_unique<Workspace>(config, weights.kernels, rows, Keep::OneLayer));
    scores_.emplace_back(cacheScratch(shape_));
  }
  work_ = [this](int worker) { stepShare(worker); };
}

SequenceTokens FusedDecoder::tokensOf(const Stream& stream) const {
  return {stream.length, stream.observations.data(), stream.previous_actions.data(), stream.previous_rewards.data(),
          stream.previous_ends.data()};
}

void FusedDecoder::step(const TokenColumns& tokens, std::span<float> log_probabilities) {
  const EnvironmentSpec& spec = weights_.config.spec;
  const auto streams = static_cast<std::size_t>(options_.streams);
  LIMBECK_CHECK(tokens.observations.size() == streams * static_cast<std::size_t>(spec.observationSize()) &&
                    tokens.previous_actions.size() == streams && tokens.previous_rewards.size() == streams &&
                    tokens.previous_ends.size() == streams &&
                    log_probabilities.size() == streams * static_cast<std::size_t>(spec.action_count),
                fmt::format("columns do not fit {} streams", streams));
  tokens_ = tokens;
  out_ = log_probabilities;
  team_.run(work_);
}

void FusedDecoder::stepShare(int worker) {
  Workspace& space = *spaces_[static_cast<std::size_t>(worker)];
  const int begin = static_cast<int>(shareBegin(options_.streams, worker, team_.size()));
  const int end = static_cast<int>(shareBegin(options_.streams, worker + 1, team_.size()));
  for (int i = begin; i < end; ++i) {
    Stream& stream = streams_[static_cast<std::size_t>(i)];
    if (stream.length == weights_.config.context_length) dropOldest(i, space);
    append(stream, i);
  }
  for (int first = begin; first < end; first += kMaxBlockRows)
    stepBlock(worker, first, std::min(kMaxBlockRows, end - first));
}

void FusedDecoder::append(Stream& stream, int index) {
  const std::size_t size = static_cast<std::size_t>(weights_.config.spec.observationSize());
  const auto source = static_cast<std::size_t>(index);
  const auto place = static_cast<std::size_t>(stream.length);
  std::ranges::copy(tokens_.observations.subspan(source * size, size),
                    stream.observations.begin() + static_cast<std::ptrdiff_t>(place * size));
  stream.previous_actions[place] = tokens_.previous_actions[source];
  stream.previous_rewards[place] = tokens_.previous_rewards[source];
  stream.previous_ends[place] = tokens_.previous_ends[source];
  ++stream.length;
}

void FusedDecoder::dropOldest(int index, Workspace& space) {
  Stream& stream = streams_[static_cast<std::size_t>(index)];
  const auto drop = static_cast<std::ptrdiff_t>(std::min(options_.drop_count, stream.length));
  std::shift_left(stream.observations.begin(), stream.observations.end(),
                  drop * weights_.config.spec.observationSize());
  std::shift_left(stream.previous_actions.begin(), stream.previous_actions.end(), drop);
  std::shift_left(stream.previous_rewards.begin(), stream.previous_rewards.end(), drop);
  std::shift_left(stream.previous_ends.begin(), stream.previous_ends.end(), drop);
  stream.length -= static_cast<int>(drop);
  if (stream.length == 0) return;
  const SequenceTokens tokens = tokensOf(stream);
  const int width = weights_.config.width;
  ForwardPass forward(weights_, space, tokens);
  forward.embed();
  for (int layer = 0; layer < weights_.config.layers; ++layer) {
    forward.project(layer);
    const float* const qkv = space.layer(layer).qkv;
    cache_kernels_.fill(shape_, stream.length, qkv + width, qkv + 2 * width, space.qkv_ld, cacheOf(index, layer));
    if (layer + 1 < weights_.config.layers)
      forward.finishLayer(layer);  // of the last layer only keys and values are needed
  }
}

/// One token of `count` streams from `first` on: row i of the workspace is stream first + i.
void FusedDecoder::stepBlock(int worker, int first, int count) {
  Workspace& space = *spaces_[static_cast<std::size_t>(worker)];
  const TransformerConfig& config = weights_.config;
  const int ld = space.width_ld;
  for (int i = 0; i < count; ++i) {
    const Stream& stream = streams_[static_cast<std::size_t>(first + i)];
    embedToken(weights_, tokensOf(stream), stream.length - 1, stream.length - 1, false,
               space.input(0) + static_cast<std::int64_t>(i) * ld);
  }
  SequenceTokens rows;  // the passes need only the number of rows
  rows.length = count;
  ForwardPass forward(weights_, space, rows);
  for (int layer = 0; layer < config.layers; ++layer) {
    forward.project(layer);
    attend(worker, layer, first, count);
    forward.feedLayer(layer);
  }
  forward.logits(0, count);
  const int actions = config.spec.action_count;
  for (int i = 0; i < count; ++i) {
    writeLogSoftmax(actions, space.logits + static_cast<std::int64_t>(i) * space.action_ld,
                    out_.data() + static_cast<std::int64_t>(first + i) * actions);
  }
}

void FusedDecoder::attend(int worker, int layer, int first, int count) {
  Workspace& space = *spaces_[static_cast<std::size_t>(worker)];
  const int width = weights_.config.width;
  LayerActivations& kept = space.layer(layer);
  for (int i = 0; i < count; ++i) {
    const Stream& stream = streams_[static_cast<std::size_t>(first + i)];
    const float* const qkv = kept.qkv + static_cast<std::int64_t>(i) * space.qkv_ld;
    std::byte* const cache = cacheOf(first + i, layer);
    if (i + 1 < count) {
      const int next = streams_[static_cast<std::size_t>(first + i + 1)].length - 1;
      cache_kernels_.prefetch(shape_, next, cacheOf(first + i + 1, layer));
    }
    cache_kernels_.append(shape_, qkv + width, qkv + 2 * width, stream.length - 1, cache);
    cache_kernels_.attend(shape_, qkv, cache, stream.length,
                          kept.attention + static_cast<std::int64_t>(i) * space.width_ld,
                          scores_[static_cast<std::size_t>(worker)].data());
  }
}

}  // namespace

std::unique_ptr<Decoder> makeFusedDecoder(const Weights& weights, const CacheKernels& cache,
                                          const DecoderOptions& options, Team& team) {
  if (options.streams < 1) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("a decoder with {} streams; it needs at least 1", options.streams));
  }
  if (options.drop_count < 1 || options.drop_count > weights.config.context_length) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("drop_count = {}; it must be between 1 and the context_length {}", options.drop_count,
                            weights.config.context_length));
  }
  return std::make_unique<FusedDecoder>(weights, cache, options, team);
}

}  // namespace limbeck::fused
