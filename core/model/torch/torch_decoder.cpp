// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/torch_decoder.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/base/check.h"
#include "core/model/torch/thread_use.h"
#include "core/model/torch/torch_device.h"

namespace limbeck::torch_backend {
namespace {

// What bounds the memory of encoding again; a GPU wants more work at once than a core's cache.
constexpr std::int64_t kStreamsEncodedAtOnce = 16;
constexpr std::int64_t kTokensEncodedAtOnceOnGpu = 1 << 17;

}  // namespace

TorchDecoder::TorchDecoder(TorchTransformer model, const DecoderOptions& options, const TorchDecoderPlace& place)
    : model_(std::move(model)),
      options_(options),
      place_(place),
      columns_(options.streams, model_.config().spec.observationSize()),
      inputs_({.windows = options.streams,
               .length = 1,
               .observation_size = model_.config().spec.observationSize(),
               .numbers = options.streams},
              at::Device(deviceType(place.device))) {
  const TransformerConfig& config = model_.config();
  LIMBECK_CHECK(options.streams > 0 && options.drop_count > 0,
                fmt::format("a decoder of {} streams that drops {}", options.streams, options.drop_count));
  options_.drop_count = std::min(options.drop_count, config.context_length);
  const std::int64_t slots = static_cast<std::int64_t>(config.context_length) * model_.tokensPerStep();
  // Under autocast keys and values come in bfloat16: a wider cache would only be narrowed again at every step.
  const auto type = at::TensorOptions(place.precision == Precision::BFloat16 ? at::kBFloat16 : at::kFloat)
                        .device(deviceType(place.device));
  const std::string doing =
      fmt::format("making room for keys and values of {} streams ({} million numbers); play fewer streams at once",
                  options.streams, 2 * config.layers * options.streams * slots * config.width / 1'000'000);
  translated(doing, [&] {
    for (int layer = 0; layer < config.layers; ++layer) {
      keys_.push_back(at::zeros({options.streams, config.heads, slots, config.headWidth()}, type));
      values_.push_back(at::zeros_like(keys_.back()));
    }
  });
}

void TorchDecoder::clear(int stream) {
  columns_.clear(stream);
}

int TorchDecoder::length(int stream) const {
  return columns_.length(stream);
}

void TorchDecoder::step(const TokenColumns& tokens, std::span<float> log_probabilities) {
  const auto count = static_cast<std::size_t>(streams());
  checkDecodingStep(tokens, count, static_cast<std::size_t>(observationSize()));
  LIMBECK_CHECK(log_probabilities.size() == count * static_cast<std::size_t>(model_.config().spec.action_count),
                fmt::format("{} log-probabilities for {} streams", log_probabilities.size(), count));
  translated("decoding", [&] {
    const c10::NoGradGuard no_grad;
    useThreads(place_.threads);
    const AutocastScope autocast(place_.device, place_.precision);
    makeRoom();
    std::vector<float> lengths;
    for (int stream = 0; stream < streams(); ++stream) lengths.push_back(static_cast<float>(length(stream)));
    inputs_.fill(tokens, {}, lengths);
    inputs_.upload();
    const at::Tensor result = decode(lengths).to(at::kCPU).contiguous();  // waits: `inputs_` is free again
    columns_.append(tokens);
    std::ranges::copy(std::span(result.data_ptr<float>(), log_probabilities.size()), log_probabilities.begin());
  });
}

void TorchDecoder::makeRoom() {
  const std::vector<int> full = columns_.dropWhereFull(model_.config().context_length, options_.drop_count);
  if (options_.drop_count == model_.config().context_length) return;  // nothing is left to encode
  const std::int64_t tokens = model_.tokenCount(model_.config().context_length - options_.drop_count);
  const std::int64_t many =
      place_.device == Device::Cpu ? kStreamsEncodedAtOnce : kTokensEncodedAtOnceOnGpu / tokens + 1;
  const auto at_once = static_cast<std::size_t>(many);
  for (std::size_t begin = 0; begin < full.size(); begin += at_once) {
    encodeAgain(std::span(full).subspan(begin, std::min(at_once, full.size() - begin)));
  }
}

void TorchDecoder::encodeAgain(std::span<const int> streams) {
  const TokenTensors tokens = columns_.tensors(streams, keys_[0].device());
  const at::Tensor places = at::tensor(std::vector<std::int64_t>(streams.begin(), streams.end())).to(keys_[0].device());
  const std::int64_t first = model_.tokensPerStep() - 1;
  const auto store = [&](at::Tensor& cache, const at::Tensor& fresh) {  // all streams at once: a GPU pays by the call
    cache.narrow(2, first, fresh.size(2)).index_copy_(0, places, fresh.to(cache.scalar_type()));
  };
  model_.logits(tokens, nullptr, [&](int layer, const at::Tensor& keys, const at::Tensor& values) {
    store(keys_[static_cast<std::size_t>(layer)], keys);
    store(values_[static_cast<std::size_t>(layer)], values);
  });
}

at::Tensor TorchDecoder::unseenSlots(const at::Tensor& new_slots, std::int64_t reach) const {
  const std::int64_t before = model_.tokensPerStep() - 1;  // slots of what came before the context
  const at::Tensor all_slots = at::arange(reach, new_slots.options());
  // A query sees the slots up to its own, without those before the context unless it is one of them itself.
  const at::Tensor query = new_slots.unsqueeze(-1);  // [S, group, 1]
  return all_slots.gt(query)
      .logical_or_(all_slots.lt(before).logical_and(query.ge(before)))
      .unsqueeze(1);  // [S, 1, group, reach]
}

at::Tensor TorchDecoder::decode(std::span<const float> lengths) {
  const TransformerConfig& config = model_.config();
  const std::int64_t group = model_.tokensPerStep();
  const std::int64_t slots = keys_[0].size(2);
  const auto [shortest, longest] = std::ranges::minmax(lengths);
  const std::int64_t reach = group * (static_cast<std::int64_t>(longest) + 1);  // no stream has used a slot beyond

  const auto integers = at::TensorOptions(at::kLong).device(keys_[0].device());
  const at::Tensor new_slots =
      inputs_.numbers().to(at::kLong).mul_(group).unsqueeze(1) + at::arange(group, integers);  // [S, group]
  const bool sees_all = group == 1 && shortest == longest;  // streams in step need no mask
  const at::Tensor unseen = sees_all ? at::Tensor() : unseenSlots(new_slots, reach);
  // Where the new keys go in a cache seen as [S * heads * slots, head_width]: (stream * heads + head) * slots + slot.
  const at::Tensor rows = (at::arange(streams() * config.heads, integers).view({streams(), config.heads, 1}) * slots +
                           new_slots.unsqueeze(1))
                              .flatten();
  const auto insert = [&](at::Tensor& cache, const at::Tensor& fresh) {
    cache.view({-1, config.headWidth()})
        .index_copy_(0, rows, fresh.reshape({-1, config.headWidth()}).to(cache.scalar_type()));
    return cache.narrow(2, 0, reach);
  };

  at::Tensor x = model_.embed(inputs_.tokens()).squeeze(1);  // [S, group, W]
  if (model_.weights().position.defined()) {
    x = x + at::embedding(model_.weights().position, (new_slots - (group - 1)).clamp_min_(0));
  }
  const double scale = 1.0 / std::sqrt(static_cast<double>(config.headWidth()));
  const at::Tensor logits =
      model_.run(x, nullptr, [&](int layer, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
        const at::Tensor keys = insert(keys_[static_cast<std::size_t>(layer)], k);
        const at::Tensor values = insert(values_[static_cast<std::size_t>(layer)], v);
        at::Tensor scores = (q * scale).matmul(keys.transpose(-2, -1));  // [S, heads, group, reach]
        if (unseen.defined()) scores = scores.masked_fill(unseen, -std::numeric_limits<float>::infinity());
        return scores.softmax(-1).matmul(values);  // [S, heads, group, head_width]
      });
  return logits.select(1, group - 1).log_softmax(-1);  // [S, actions]
}

}  // namespace limbeck::torch_backend
