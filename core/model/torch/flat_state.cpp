// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/flat_state.h"

#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/model/parameter_layout.h"

namespace limbeck::torch_backend {
namespace {

constexpr const char* kFirstMoment = "optimizer.first_moment.";
constexpr const char* kSecondMoment = "optimizer.second_moment.";
constexpr const char* kOptimizerStep = "optimizer.step";

void copyIn(const TransformerConfig& config, const TensorMap& tensors, const std::string& prefix,
            const at::Tensor& flat) {
  const c10::NoGradGuard no_grad;
  for (const ParameterInfo& info : parameterLayout(config)) {
    const auto found = tensors.find(prefix + info.name);
    if (found == tensors.end())
      throw Error(ErrorCode::Corrupt, fmt::format("tensor '{}{}' is missing", prefix, info.name));
    if (found->second.shape != info.shape) {
      throw Error(ErrorCode::Corrupt,
                  fmt::format("tensor '{}{}' has shape [{}] but the architecture wants [{}]", prefix, info.name,
                              fmt::join(found->second.shape, ", "), fmt::join(info.shape, ", ")));
    }
    const at::Tensor values = at::from_blob(const_cast<float*>(found->second.values.data()), {info.size}, at::kFloat);
    flat.narrow(0, info.offset, info.size).copy_(values);
  }
}

void copyOut(const TransformerConfig& config, const std::string& prefix, const at::Tensor& flat, TensorMap& tensors) {
  const at::Tensor here = flat.to(at::kCPU).contiguous();
  const float* const values = here.data_ptr<float>();
  for (const ParameterInfo& info : parameterLayout(config)) {
    tensors[prefix + info.name] = {info.shape, {values + info.offset, values + info.offset + info.size}};
  }
}

}  // namespace

FlatState::FlatState(const TransformerConfig& config, at::Device device) {
  const std::vector<ParameterInfo> layout = parameterLayout(config);
  weights = at::zeros({layout.back().offset + layout.back().size}, at::TensorOptions(at::kFloat).device(device));
  first_moment = at::zeros_like(weights);
  second_moment = at::zeros_like(weights);
  decays = at::zeros_like(weights);
  for (const ParameterInfo& info : layout) decays.narrow(0, info.offset, info.size).fill_(info.decays ? 1.0 : 0.0);
}

TensorMap FlatState::exportTo(const TransformerConfig& config, bool with_optimizer) const {
  TensorMap tensors;
  copyOut(config, "", weights, tensors);
  if (!with_optimizer) return tensors;
  copyOut(config, kFirstMoment, first_moment, tensors);
  copyOut(config, kSecondMoment, second_moment, tensors);
  tensors[kOptimizerStep] = {{1}, {static_cast<float>(updates)}};
  return tensors;
}

void FlatState::importFrom(const TransformerConfig& config, const TensorMap& tensors) {
  // Into copies first: a checkpoint that turns out damaged half way leaves the model as it was.
  const at::Tensor new_weights = weights.clone();
  const at::Tensor first = at::zeros_like(weights);
  const at::Tensor second = at::zeros_like(weights);
  std::int64_t new_updates = 0;
  copyIn(config, tensors, "", new_weights);
  if (const auto found = tensors.find(kOptimizerStep); found != tensors.end()) {
    if (found->second.values.size() != 1)
      throw Error(ErrorCode::Corrupt, "tensor 'optimizer.step' must hold one number");
    new_updates = static_cast<std::int64_t>(found->second.values[0]);
    copyIn(config, tensors, kFirstMoment, first);
    copyIn(config, tensors, kSecondMoment, second);
  }
  const c10::NoGradGuard no_grad;
  weights.copy_(new_weights);
  first_moment.copy_(first);
  second_moment.copy_(second);
  updates = new_updates;
}

}  // namespace limbeck::torch_backend
