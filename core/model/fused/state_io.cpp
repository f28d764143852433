// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/fused/state_io.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.h"

namespace limbeck::fused {
namespace {

constexpr const char* kFirstMoment = "optimizer.first_moment.";
constexpr const char* kSecondMoment = "optimizer.second_moment.";
constexpr const char* kStep = "optimizer.step";

void exportBuffer(const FusedLayout& layout, const AlignedBuffer& buffer, const std::string& prefix,
                  TensorMap& tensors) {
  for (const ParameterInfo& info : layout.parameters) {
    const float* const values = buffer.data() + info.offset;
    tensors[prefix + info.name] = Tensor{info.shape, std::vector<float>(values, values + info.size)};
  }
}

const Tensor& checked(const TensorMap& tensors, const std::string& name, const std::vector<std::int64_t>& shape) {
  const auto found = tensors.find(name);
  if (found == tensors.end())
    throw Error(ErrorCode::Corrupt,
                fmt::format("tensor {} is missing; is this a checkpoint of another architecture?", name));
  std::int64_t size = 1;
  for (const std::int64_t extent : shape) size *= extent;
  if (found->second.shape != shape || static_cast<std::int64_t>(found->second.values.size()) != size) {
    throw Error(ErrorCode::Corrupt,
                fmt::format("tensor {} has the wrong shape; is this a checkpoint of another architecture?", name));
  }
  return found->second;
}

void importBuffer(const TensorMap& tensors, const FusedLayout& layout, const std::string& prefix,
                  AlignedBuffer& buffer) {
  for (const ParameterInfo& info : layout.parameters) {
    std::ranges::copy(checked(tensors, prefix + info.name, info.shape).values, buffer.data() + info.offset);
  }
}

}  // namespace

TensorMap exportTensors(const Weights& weights, const TrainerState* trainer) {
  TensorMap tensors;
  exportBuffer(weights.layout, weights.flat, "", tensors);
  if (trainer != nullptr) {
    exportBuffer(weights.layout, trainer->first_moment, kFirstMoment, tensors);
    exportBuffer(weights.layout, trainer->second_moment, kSecondMoment, tensors);
    tensors[kStep] = Tensor{{1}, {static_cast<float>(trainer->step)}};
  }
  return tensors;
}

void importTensors(const TensorMap& tensors, Weights& weights, TrainerState& trainer) {
  const FusedLayout& layout = weights.layout;
  AlignedBuffer flat(layout.size), first(layout.size), second(layout.size);
  std::int64_t step = 0;
  importBuffer(tensors, layout, "", flat);
  if (tensors.contains(kStep)) {
    step = std::llround(checked(tensors, kStep, {1}).values.front());
    importBuffer(tensors, layout, kFirstMoment, first);
    importBuffer(tensors, layout, kSecondMoment, second);
  }
  std::ranges::copy(flat.span(), weights.flat.data());
  std::ranges::copy(first.span(), trainer.first_moment.data());
  std::ranges::copy(second.span(), trainer.second_moment.data());
  trainer.step = step;
}

void writeLogSoftmax(int n, const float* logits, float* out) {
  const float most = *std::max_element(logits, logits + n);
  float total = 0.0F;
  for (int i = 0; i < n; ++i) total += std::exp(logits[i] - most);
  const float normaliser = most + std::log(total);
  for (int i = 0; i < n; ++i) out[i] = logits[i] - normaliser;
}

}  // namespace limbeck::fused
