// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/lstm_decoder.h"

#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/model/torch/thread_use.h"
#include "core/model/torch/torch_device.h"

namespace limbeck::torch_backend {
namespace {

at::Tensor indexTensor(std::span<const int> streams, const at::Tensor& like) {
  return at::tensor(std::vector<std::int64_t>(streams.begin(), streams.end())).to(like.device());
}

}  // namespace

LstmDecoder::LstmDecoder(TorchLstm model, const DecoderOptions& options, const TorchDecoderPlace& place)
    : model_(std::move(model)),
      options_(options),
      place_(place),
      columns_(options.streams, model_.config().spec.observationSize()),
      lengths_(static_cast<std::size_t>(std::max(options.streams, 0)), 0),
      inputs_({.windows = options.streams,
               .length = 1,
               .observation_size = model_.config().spec.observationSize(),
               .numbers = 0},
              at::Device(deviceType(place.device))),
      memory_(model_.emptyMemory(options.streams)) {
  LIMBECK_CHECK(options.streams > 0 && options.drop_count > 0,
                fmt::format("a decoder of {} streams that drops {}", options.streams, options.drop_count));
  options_.drop_count = std::min(options.drop_count, model_.config().context_length);
}

void LstmDecoder::empty(std::span<const int> streams) {
  if (streams.empty()) return;
  const c10::NoGradGuard no_grad;
  const at::Tensor places = indexTensor(streams, memory_.hidden);
  memory_.hidden.index_fill_(1, places, 0.0);
  memory_.cell.index_fill_(1, places, 0.0);
}

void LstmDecoder::clear(int stream) {
  columns_.clear(stream);
  lengths_.at(static_cast<std::size_t>(stream)) = 0;
  translated("emptying a context", [&] { empty(std::span(&stream, 1)); });
}

int LstmDecoder::length(int stream) const {
  return lengths_.at(static_cast<std::size_t>(stream));
}

void LstmDecoder::makeRoom() {
  const int context_length = model_.config().context_length;
  const std::vector<int> full = columns_.dropWhereFull(context_length, options_.drop_count);
  for (const int stream : full) lengths_[static_cast<std::size_t>(stream)] = context_length - options_.drop_count;
  if (full.empty()) return;
  if (options_.drop_count == context_length) return empty(full);  // nothing is left to encode
  LstmMemory memory = model_.emptyMemory(static_cast<std::int64_t>(full.size()));
  model_.features(columns_.tensors(full, memory_.hidden.device()), memory);
  const at::Tensor places = indexTensor(full, memory_.hidden);
  memory_.hidden.index_copy_(1, places, memory.hidden);
  memory_.cell.index_copy_(1, places, memory.cell);
}

void LstmDecoder::step(const TokenColumns& tokens, std::span<float> log_probabilities) {
  const TransformerConfig& config = model_.config();
  const auto count = lengths_.size();
  checkDecodingStep(tokens, count, static_cast<std::size_t>(config.spec.observationSize()));
  LIMBECK_CHECK(log_probabilities.size() == count * static_cast<std::size_t>(config.spec.action_count),
                fmt::format("{} log-probabilities for {} streams", log_probabilities.size(), count));
  translated("decoding", [&] {
    const c10::NoGradGuard no_grad;
    useThreads(place_.threads);
    if (hasWindow()) makeRoom();
    inputs_.fill(tokens, {}, {});
    inputs_.upload();
    const at::Tensor features = model_.features(inputs_.tokens(), memory_).select(0, 0);            // [S, W]
    const at::Tensor result = model_.logitsOf(features).log_softmax(-1).to(at::kCPU).contiguous();  // waits
    if (hasWindow()) columns_.append(tokens);
    for (int& length : lengths_) ++length;
    std::ranges::copy(std::span(result.data_ptr<float>(), log_probabilities.size()), log_probabilities.begin());
  });
}

}  // namespace limbeck::torch_backend
