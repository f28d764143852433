// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/model/sequence_model.h"
#include "core/model/torch/token_tensors.h"

namespace limbeck::torch_backend {

/// Extents of what one pass reads.
struct InputShape {
  int windows = 0;
  int length = 0;
  int observation_size = 0;
  int numbers = 0;  ///< floats beside the columns
  bool operator==(const InputShape&) const = default;
};

/// All that one pass reads, in one block of memory that stays where it is: a GPU gets it in one copy from pinned
/// memory, and a recorded CUDA graph finds it at the same address each time. On the CPU both sides are one block.
class InputBlock {
 public:
  InputBlock(const InputShape& shape, at::Device device);

  const InputShape& shape() const { return shape_; }

  /// Writes the host's side; the columns are [windows, length, ...]. `targets` may be empty: they are then left alone.
  void fill(const TokenColumns& columns, std::span<const std::uint8_t> targets, std::span<const float> numbers);
  /// Begins to copy it to the device, in order with what is enqueued there. The next `fill` must wait until it is done.
  void upload() const;

  /// The device's side, widened there to the types that LibTorch's operations want.
  TokenTensors tokens() const;
  at::Tensor targets() const;  ///< int64 [windows, length]
  at::Tensor numbers() const;  ///< float [numbers]

 private:
  std::int64_t places() const { return static_cast<std::int64_t>(shape_.windows) * shape_.length; }
  at::Tensor bytes(std::int64_t begin, at::IntArrayRef shape) const;
  at::Tensor floats(std::int64_t begin, at::IntArrayRef shape) const;

  InputShape shape_;
  // Where each column begins, in bytes. Floats come first: they want an address that four divides.
  std::int64_t rewards_ = 0;
  std::int64_t observations_ = 0;
  std::int64_t actions_ = 0;
  std::int64_t ends_ = 0;
  std::int64_t targets_ = 0;
  at::Tensor host_;    ///< bytes
  at::Tensor device_;  ///< bytes; on the CPU the same tensor
};

}  // namespace limbeck::torch_backend
