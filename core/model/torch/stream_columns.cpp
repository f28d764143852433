// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/stream_columns.h"

#include <fmt/format.h>

#include "core/base/check.h"

namespace limbeck::torch_backend {
namespace {

template <typename T>
void append(std::vector<T>& to, std::span<const T> from) {
  to.insert(to.end(), from.begin(), from.end());
}

template <typename T>
void eraseFront(std::vector<T>& from, std::size_t count) {
  from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

StreamColumns::StreamColumns(int streams, int observation_size)
    : columns_(static_cast<std::size_t>(streams)), observation_size_(static_cast<std::size_t>(observation_size)) {}

void StreamColumns::append(const TokenColumns& tokens) {
  for (std::size_t stream = 0; stream < columns_.size(); ++stream) {
    Columns& columns = columns_[stream];
    torch_backend::append(columns.observations,
                          tokens.observations.subspan(stream * observation_size_, observation_size_));
    columns.actions.push_back(tokens.previous_actions[stream]);
    columns.rewards.push_back(tokens.previous_rewards[stream]);
    columns.ends.push_back(tokens.previous_ends[stream]);
  }
}

std::vector<int> StreamColumns::dropWhereFull(int length, int count) {
  std::vector<int> full;
  const auto rows = static_cast<std::size_t>(count);
  for (int stream = 0; stream < streams(); ++stream) {
    if (this->length(stream) != length) continue;
    full.push_back(stream);
    Columns& columns = of(stream);
    eraseFront(columns.observations, rows * observation_size_);
    eraseFront(columns.actions, rows);
    eraseFront(columns.rewards, rows);
    eraseFront(columns.ends, rows);
  }
  return full;
}

TokenTensors StreamColumns::tensors(std::span<const int> streams, at::Device device) const {
  Columns together;
  for (const int stream : streams) {
    const Columns& one = of(stream);
    torch_backend::append(together.observations, std::span(one.observations));
    torch_backend::append(together.actions, std::span(one.actions));
    torch_backend::append(together.rewards, std::span(one.rewards));
    torch_backend::append(together.ends, std::span(one.ends));
  }
  return toTensors(together.observations, together.actions, together.rewards, together.ends,
                   static_cast<int>(streams.size()), length(streams.front()), device);
}

void checkDecodingStep(const TokenColumns& tokens, std::size_t streams, std::size_t observation_size) {
  LIMBECK_CHECK(tokens.observations.size() == streams * observation_size && tokens.previous_actions.size() == streams &&
                    tokens.previous_rewards.size() == streams && tokens.previous_ends.size() == streams,
                fmt::format("a decoding step of wrong size for {} streams", streams));
}

}  // namespace limbeck::torch_backend
