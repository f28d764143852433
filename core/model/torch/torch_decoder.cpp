// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/torch_decoder.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/check.h"
#include "core/model/torch/torch_device.h"

namespace limbeck::torch_backend {
namespace {

constexpr std::size_t kStreamsEncodedAtOnce = 16;  // bounds the memory of encoding again

template <typename T>
void append(std::vector<T>& to, std::span<const T> from) {
  to.insert(to.end(), from.begin(), from.end());
}

template <typename T>
void eraseFront(std::vector<T>& from, int count) {
  from.erase(from.begin(), from.begin() + count);
}

}  // namespace

TorchDecoder::TorchDecoder(TorchTransformer model, const DecoderOptions& options, Device device, Precision precision)
    : model_(std::move(model)), options_(options), device_(device), precision_(precision) {
  const TransformerConfig& config = model_.config();
  LIMBECK_CHECK(options.streams > 0 && options.drop_count > 0,
                fmt::format("a decoder of {} streams that drops {}", options.streams, options.drop_count));
  options_.drop_count = std::min(options.drop_count, config.context_length);
  columns_.resize(static_cast<std::size_t>(options.streams));
  const std::int64_t slots = static_cast<std::int64_t>(config.context_length) * model_.tokensPerStep();
  const auto float32 = at::TensorOptions(at::kFloat).device(deviceType(device));
  for (int layer = 0; layer < config.layers; ++layer) {
    keys_.push_back(at::zeros({options.streams, config.heads, slots, config.headWidth()}, float32));
    values_.push_back(at::zeros_like(keys_.back()));
  }
}

void TorchDecoder::clear(int stream) {
  columns_.at(static_cast<std::size_t>(stream)) = {};
}

int TorchDecoder::length(int stream) const {
  return static_cast<int>(columns_.at(static_cast<std::size_t>(stream)).actions.size());
}

void TorchDecoder::step(const TokenColumns& tokens, std::span<float> log_probabilities) {
  const auto count = columns_.size();
  LIMBECK_CHECK(tokens.observations.size() == count * static_cast<std::size_t>(observationSize()) &&
                    tokens.previous_actions.size() == count && tokens.previous_rewards.size() == count &&
                    tokens.previous_ends.size() == count &&
                    log_probabilities.size() == count * static_cast<std::size_t>(model_.config().spec.action_count),
                fmt::format("a decoding step of wrong size for {} streams", count));
  translated("decoding", [&] {
    const c10::NoGradGuard no_grad;
    useOneThread();
    const AutocastScope autocast(device_, precision_);
    makeRoom();
    const at::Tensor result = decode(tokens).to(at::kCPU).contiguous();
    remember(tokens);
    std::ranges::copy(std::span(result.data_ptr<float>(), log_probabilities.size()), log_probabilities.begin());
  });
}

void TorchDecoder::remember(const TokenColumns& tokens) {
  const auto size = static_cast<std::size_t>(observationSize());
  for (std::size_t stream = 0; stream < columns_.size(); ++stream) {
    append(columns_[stream].observations, tokens.observations.subspan(stream * size, size));
    columns_[stream].actions.push_back(tokens.previous_actions[stream]);
    columns_[stream].rewards.push_back(tokens.previous_rewards[stream]);
    columns_[stream].ends.push_back(tokens.previous_ends[stream]);
  }
}

void TorchDecoder::forgetOldest(Columns& columns) const {
  eraseFront(columns.observations, options_.drop_count * observationSize());
  eraseFront(columns.actions, options_.drop_count);
  eraseFront(columns.rewards, options_.drop_count);
  eraseFront(columns.ends, options_.drop_count);
}

void TorchDecoder::makeRoom() {
  std::vector<int> full;
  for (int stream = 0; stream < streams(); ++stream) {
    if (length(stream) == model_.config().context_length) full.push_back(stream);
  }
  for (const int stream : full) forgetOldest(columns_[static_cast<std::size_t>(stream)]);
  if (options_.drop_count == model_.config().context_length) return;  // nothing is left to encode
  for (std::size_t begin = 0; begin < full.size(); begin += kStreamsEncodedAtOnce) {
    encodeAgain(std::span(full).subspan(begin, std::min(kStreamsEncodedAtOnce, full.size() - begin)));
  }
}

void TorchDecoder::encodeAgain(std::span<const int> streams) {
  const int length = model_.config().context_length - options_.drop_count;
  Columns together;
  for (const int stream : streams) {
    const Columns& one = columns_[static_cast<std::size_t>(stream)];
    append(together.observations, std::span(one.observations));
    append(together.actions, std::span(one.actions));
    append(together.rewards, std::span(one.rewards));
    append(together.ends, std::span(one.ends));
  }
  const TokenTensors tokens = toTensors(together.observations, together.actions, together.rewards, together.ends,
                                        static_cast<int>(streams.size()), length, keys_[0].device());
  model_.logits(tokens, nullptr, [&](int layer, const at::Tensor& keys, const at::Tensor& values) {
    const std::int64_t first = model_.tokensPerStep() - 1;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      const auto place = [&](std::vector<at::Tensor>& cache) {
        return cache[static_cast<std::size_t>(layer)].select(0, streams[i]).narrow(1, first, keys.size(2));
      };
      place(keys_).copy_(keys.select(0, static_cast<std::int64_t>(i)));
      place(values_).copy_(values.select(0, static_cast<std::int64_t>(i)));
    }
  });
}

at::Tensor TorchDecoder::decode(const TokenColumns& tokens) {
  const TransformerConfig& config = model_.config();
  const std::int64_t count = streams();
  const std::int64_t group = model_.tokensPerStep();
  const std::int64_t slots = keys_[0].size(2);
  std::vector<std::int64_t> lengths;
  for (int stream = 0; stream < streams(); ++stream) lengths.push_back(length(stream));
  const std::int64_t reach = group * (std::ranges::max(lengths) + 1);  // no stream has used a slot beyond

  const at::Tensor new_slots =
      (at::tensor(lengths).mul_(group).unsqueeze(1) + at::arange(group)).to(keys_[0].device());  // [S, group]
  const at::Tensor all_slots = at::arange(reach, new_slots.options());
  // A query sees the slots up to its own, without those before the context unless it is one of them itself.
  const at::Tensor query = new_slots.unsqueeze(-1);  // [S, group, 1]
  const at::Tensor unseen =
      all_slots.gt(query).logical_or_(all_slots.lt(group - 1).logical_and(query.ge(group - 1))).unsqueeze(1);
  // Where the new keys go in a cache seen as [S * heads * slots, head_width]: (stream * heads + head) * slots + slot.
  const at::Tensor rows =
      (at::arange(count * config.heads, new_slots.options()).view({count, config.heads, 1}) * slots +
       new_slots.unsqueeze(1))
          .flatten();

  at::Tensor x = model_
                     .embed(toTensors(tokens.observations, tokens.previous_actions, tokens.previous_rewards,
                                      tokens.previous_ends, static_cast<int>(count), 1, keys_[0].device()))
                     .squeeze(1);  // [S, group, W]
  if (model_.weights().position.defined()) {
    x = x + at::embedding(model_.weights().position, (new_slots - (group - 1)).clamp_min_(0));
  }
  const double scale = 1.0 / std::sqrt(static_cast<double>(config.headWidth()));
  const at::Tensor logits =
      model_.run(x, nullptr, [&](int layer, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
        const auto insert = [&](at::Tensor& cache, const at::Tensor& fresh) {
          cache.view({-1, config.headWidth()})
              .index_copy_(0, rows, fresh.reshape({-1, config.headWidth()}).to(at::kFloat));
          return cache.narrow(2, 0, reach);
        };
        const at::Tensor keys = insert(keys_[static_cast<std::size_t>(layer)], k);
        const at::Tensor values = insert(values_[static_cast<std::size_t>(layer)], v);
        at::Tensor scores = (q * scale).matmul(keys.transpose(-2, -1));  // [S, heads, group, reach]
        scores = scores.masked_fill(unseen, -std::numeric_limits<float>::infinity());
        return scores.softmax(-1).matmul(values);  // [S, heads, group, head_width]
      });
  return logits.select(1, group - 1).log_softmax(-1);  // [S, actions]
}

TeamDecoder::TeamDecoder(const TorchTransformer& model, const DecoderOptions& options, Precision precision, Team& team)
    : team_(team),
      observation_size_(static_cast<std::size_t>(model.config().spec.observationSize())),
      action_count_(static_cast<std::size_t>(model.config().spec.action_count)) {
  for (int worker = 0; worker < team.size(); ++worker) {
    const int begin = static_cast<int>(shareBegin(options.streams, worker, team.size()));
    const int count = static_cast<int>(shareBegin(options.streams, worker + 1, team.size())) - begin;
    if (count == 0) continue;
    DecoderOptions own = options;
    own.streams = count;
    parts_.push_back({begin, count, std::make_unique<TorchDecoder>(model, own, Device::Cpu, precision)});
  }
}

void TeamDecoder::step(const TokenColumns& tokens, std::span<float> log_probabilities) {
  team_.run([&](int worker) {
    if (worker >= static_cast<int>(parts_.size())) return;
    const Part& part = parts_[static_cast<std::size_t>(worker)];
    const auto begin = static_cast<std::size_t>(part.begin);
    const auto count = static_cast<std::size_t>(part.count);
    part.decoder->step({tokens.observations.subspan(begin * observation_size_, count * observation_size_),
                        tokens.previous_actions.subspan(begin, count), tokens.previous_rewards.subspan(begin, count),
                        tokens.previous_ends.subspan(begin, count)},
                       log_probabilities.subspan(begin * action_count_, count * action_count_));
  });
}

const TeamDecoder::Part& TeamDecoder::partOf(int stream) const {
  const auto found = std::ranges::find_if(parts_, [&](const Part& part) { return stream < part.begin + part.count; });
  LIMBECK_CHECK(stream >= 0 && found != parts_.end(), fmt::format("stream {} does not exist", stream));
  return *found;
}

void TeamDecoder::clear(int stream) {
  const Part& part = partOf(stream);
  part.decoder->clear(stream - part.begin);
}

int TeamDecoder::length(int stream) const {
  const Part& part = partOf(stream);
  return part.decoder->length(stream - part.begin);
}

}  // namespace limbeck::torch_backend
