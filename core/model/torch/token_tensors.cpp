// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/token_tensors.h"

#include <fmt/format.h>

#include <cstddef>
#include <vector>

#include "core/base/check.h"

namespace limbeck::torch_backend {

TokenTensors toTensors(std::span<const std::uint8_t> observations, std::span<const std::uint8_t> actions,
                       std::span<const float> rewards, std::span<const std::uint8_t> ends, int windows, int length,
                       at::Device device) {
  const std::int64_t places = static_cast<std::int64_t>(windows) * length;
  LIMBECK_CHECK(static_cast<std::int64_t>(actions.size()) == places &&
                    static_cast<std::int64_t>(rewards.size()) == places &&
                    static_cast<std::int64_t>(ends.size()) == places && observations.size() % actions.size() == 0,
                fmt::format("columns of {} actions, {} rewards, {} ends for {} places", actions.size(), rewards.size(),
                            ends.size(), places));
  const auto bytes = [&](std::span<const std::uint8_t> column, at::IntArrayRef shape) {
    // from_blob wants a non-const pointer but the conversion only reads it.
    return at::from_blob(const_cast<std::uint8_t*>(column.data()), shape, at::kByte).to(device, at::kLong);
  };
  const std::int64_t components = static_cast<std::int64_t>(observations.size()) / places;
  const at::Tensor reward_view = at::from_blob(const_cast<float*>(rewards.data()), {windows, length}, at::kFloat);
  return {bytes(observations, {windows, length, components}), bytes(actions, {windows, length}),
          reward_view.to(device, at::kFloat, false, true), bytes(ends, {windows, length})};
}

TokenTensors windowTensors(const ContextBatch& batch, int begin, int count, at::Device device) {
  const auto part = [&]<typename T>(const std::vector<T>& column, int per_place) {
    const auto stride = static_cast<std::size_t>(batch.length) * static_cast<std::size_t>(per_place);
    return std::span<const T>(column).subspan(static_cast<std::size_t>(begin) * stride,
                                              static_cast<std::size_t>(count) * stride);
  };
  return toTensors(part(batch.observations, batch.observation_size), part(batch.previous_actions, 1),
                   part(batch.previous_rewards, 1), part(batch.previous_ends, 1), count, batch.length, device);
}

at::Tensor targetTensor(const ContextBatch& batch, int begin, int count, at::Device device) {
  const auto first = static_cast<std::size_t>(begin) * static_cast<std::size_t>(batch.length);
  return at::from_blob(const_cast<std::uint8_t*>(batch.actions.data()) + first, {count, batch.length}, at::kByte)
      .to(device, at::kLong);
}

}  // namespace limbeck::torch_backend
