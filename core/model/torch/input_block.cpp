// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/input_block.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <functional>
#include <numeric>

#include "core/base/check.h"

namespace limbeck::torch_backend {
namespace {

std::int64_t elements(at::IntArrayRef shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

}  // namespace

InputBlock::InputBlock(const InputShape& shape, at::Device device) : shape_(shape) {
  constexpr std::int64_t kFloat = sizeof(float);
  rewards_ = kFloat * shape.numbers;
  observations_ = rewards_ + kFloat * places();
  actions_ = observations_ + places() * shape.observation_size;
  ends_ = actions_ + places();
  targets_ = ends_ + places();
  const bool is_gpu = device.type() != at::kCPU;
  host_ = at::zeros({targets_ + places()}, at::TensorOptions(at::kByte).pinned_memory(is_gpu));
  device_ = is_gpu ? at::empty({host_.size(0)}, at::TensorOptions(at::kByte).device(device)) : host_;
}

void InputBlock::fill(const TokenColumns& columns, std::span<const std::uint8_t> targets,
                      std::span<const float> numbers) {
  const auto count = static_cast<std::size_t>(places());
  LIMBECK_CHECK(
      columns.observations.size() == count * static_cast<std::size_t>(shape_.observation_size) &&
          columns.previous_actions.size() == count && columns.previous_rewards.size() == count &&
          columns.previous_ends.size() == count && (targets.empty() || targets.size() == count) &&
          numbers.size() == static_cast<std::size_t>(shape_.numbers),
      fmt::format("columns of {} observations, {} actions, {} rewards, {} ends, {} targets and {} numbers "
                  "for {} places and {} numbers",
                  columns.observations.size(), columns.previous_actions.size(), columns.previous_rewards.size(),
                  columns.previous_ends.size(), targets.size(), numbers.size(), count, shape_.numbers));
  const auto write = [&]<typename T>(std::int64_t begin, std::span<const T> column) {
    if (!column.empty()) std::memcpy(host_.data_ptr<std::uint8_t>() + begin, column.data(), column.size_bytes());
  };
  write(0, numbers);
  write(rewards_, columns.previous_rewards);
  write(observations_, columns.observations);
  write(actions_, columns.previous_actions);
  write(ends_, columns.previous_ends);
  write(targets_, targets);
}

void InputBlock::upload() const {
  if (!device_.is_same(host_)) device_.copy_(host_, /*non_blocking=*/true);
}

at::Tensor InputBlock::bytes(std::int64_t begin, at::IntArrayRef shape) const {
  return device_.narrow(0, begin, elements(shape)).view(shape);
}

at::Tensor InputBlock::floats(std::int64_t begin, at::IntArrayRef shape) const {
  return device_.narrow(0, begin, elements(shape) * static_cast<std::int64_t>(sizeof(float)))
      .view(at::kFloat)
      .view(shape);
}

TokenTensors InputBlock::tokens() const {
  const std::array<std::int64_t, 2> shape{shape_.windows, shape_.length};
  return {bytes(observations_, {shape_.windows, shape_.length, shape_.observation_size}).to(at::kLong),
          bytes(actions_, shape).to(at::kLong), floats(rewards_, shape), bytes(ends_, shape).to(at::kLong)};
}

at::Tensor InputBlock::targets() const {
  return bytes(targets_, {shape_.windows, shape_.length}).to(at::kLong);
}

at::Tensor InputBlock::numbers() const {
  return floats(0, {shape_.numbers});
}

}  // namespace limbeck::torch_backend
