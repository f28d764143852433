// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/model/token_columns.h"
#include "core/model/torch/token_tensors.h"

namespace limbeck::torch_backend {

/// What each stream of a decoder has seen, kept raw: a full context is encoded again from it. Streams need not be in
/// step.
class StreamColumns {
 public:
  StreamColumns(int streams, int observation_size);

  int streams() const { return static_cast<int>(columns_.size()); }
  int length(int stream) const { return static_cast<int>(of(stream).actions.size()); }
  void clear(int stream) { of(stream) = {}; }
  /// One more moment of every stream.
  void append(const TokenColumns& tokens);
  /// Takes the oldest `count` transitions away from every stream that holds `length`, and names those streams.
  std::vector<int> dropWhereFull(int length, int count);
  /// What `streams`, all of the same length, have seen: [streams, length].
  TokenTensors tensors(std::span<const int> streams, at::Device device) const;

 private:
  struct Columns {
    std::vector<std::uint8_t> observations, actions, ends;
    std::vector<float> rewards;
  };
  Columns& of(int stream) { return columns_.at(static_cast<std::size_t>(stream)); }
  const Columns& of(int stream) const { return columns_.at(static_cast<std::size_t>(stream)); }

  std::vector<Columns> columns_;
  std::size_t observation_size_;
};

/// A bug where a step's spans are not of `streams` streams.
void checkDecodingStep(const TokenColumns& tokens, std::size_t streams, std::size_t observation_size);

}  // namespace limbeck::torch_backend
