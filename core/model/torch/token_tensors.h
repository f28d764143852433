// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>

#include "core/data/context_batch.h"

namespace limbeck::torch_backend {

/// Token columns on the device, [windows, length].
struct TokenTensors {
  at::Tensor observations;  ///< int64 [windows, length, observation_size]
  at::Tensor actions;       ///< int64, the previous ones
  at::Tensor rewards;       ///< float
  at::Tensor ends;          ///< int64
};

/// Copies `windows` windows of `length` to `device`.
TokenTensors toTensors(std::span<const std::uint8_t> observations, std::span<const std::uint8_t> actions,
                       std::span<const float> rewards, std::span<const std::uint8_t> ends, int windows, int length,
                       at::Device device);

/// Windows [begin, begin + count) of a batch.
TokenTensors windowTensors(const ContextBatch& batch, int begin, int count, at::Device device);
/// Their actions, int64 [count, length].
at::Tensor targetTensor(const ContextBatch& batch, int begin, int count, at::Device device);

}  // namespace limbeck::torch_backend
