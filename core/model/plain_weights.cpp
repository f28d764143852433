// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/plain_weights.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.h"
#include "core/model/parameter_layout.h"

namespace limbeck {
namespace {

constexpr float kNormEpsilon = 1e-5F;

/// Checks all tensors against the layout, so that taking them apart cannot fail.
void checkTensors(const TransformerConfig& config, const TensorMap& tensors) {
  for (const ParameterInfo& info : parameterLayout(config)) {
    const auto found = tensors.find(info.name);
    if (found == tensors.end()) throw Error(ErrorCode::Corrupt, fmt::format("tensor {} is missing", info.name));
    const Tensor& tensor = found->second;
    if (tensor.shape != info.shape || static_cast<std::int64_t>(tensor.values.size()) != info.size) {
      throw Error(ErrorCode::Corrupt, fmt::format("tensor {} has shape {}, but the architecture says {}", info.name,
                                                  tensor.shape, info.shape));
    }
  }
}

const std::vector<float>& valuesOf(const TensorMap& tensors, const std::string& name) {
  return tensors.at(name).values;
}

/// `outputs` rows of `<name>.weight` from row `first` on.
PlainLinear takeLinear(const TensorMap& tensors, const std::string& name, int first, int outputs) {
  const std::vector<float>& weight = valuesOf(tensors, name + ".weight");
  const std::vector<float>& bias = valuesOf(tensors, name + ".bias");
  PlainLinear linear{
      .inputs = static_cast<int>(weight.size() / bias.size()), .outputs = outputs, .weight = {}, .bias = {}};
  linear.bias.assign(bias.begin() + first, bias.begin() + first + outputs);
  const auto inputs = static_cast<std::size_t>(linear.inputs);
  const auto columns = static_cast<std::size_t>(outputs);
  linear.weight.resize(inputs * columns);
  const float* const from = weight.data() + static_cast<std::size_t>(first) * inputs;
  for (std::size_t o = 0; o < columns; ++o) {
    for (std::size_t i = 0; i < inputs; ++i) linear.weight[i * columns + o] = from[o * inputs + i];
  }
  return linear;
}

PlainNorm takeNorm(const TensorMap& tensors, const std::string& name) {
  return {valuesOf(tensors, name + ".weight"), valuesOf(tensors, name + ".bias")};
}

}  // namespace

void PlainLinear::apply(const float* x, float* __restrict y) const {
  std::ranges::copy(bias, y);
  const float* row = weight.data();
  for (int i = 0; i < inputs; ++i, row += outputs) {
    for (int o = 0; o < outputs; ++o) y[o] += x[i] * row[o];
  }
}

void PlainNorm::apply(const float* x, float* y) const {
  const std::size_t width = gain.size();
  float mean = 0.0F;
  for (std::size_t i = 0; i < width; ++i) mean += x[i];
  mean /= static_cast<float>(width);
  float variance = 0.0F;
  for (std::size_t i = 0; i < width; ++i) variance += (x[i] - mean) * (x[i] - mean);
  const float scale = 1.0F / std::sqrt(variance / static_cast<float>(width) + kNormEpsilon);
  for (std::size_t i = 0; i < width; ++i) y[i] = (x[i] - mean) * scale * gain[i] + bias[i];
}

PlainWeights::PlainWeights(const Checkpoint& checkpoint) : config(checkpoint.config) {
  validate(config);
  if (config.backbone != Backbone::Transformer) {
    throw Error(
        ErrorCode::InvalidArgument,
        "This run's model is an LSTM: it carries a memory and attends to nothing, so there is no attention to look "
        "at");
  }
  const TensorMap& tensors = checkpoint.tensors;
  checkTensors(config, tensors);
  for (int i = 0; i < config.spec.observationSize(); ++i)
    observation.push_back(valuesOf(tensors, fmt::format("embed.observation.{}", i)));
  action = valuesOf(tensors, "embed.action");
  reward = valuesOf(tensors, "embed.reward");
  if (config.tokens == TokenScheme::One) end = valuesOf(tensors, "embed.end");
  if (config.positions == PositionEncoding::Learned) position = valuesOf(tensors, "embed.position");
  const int width = config.width;
  for (int layer = 0; layer < config.layers; ++layer) {
    const std::string prefix = fmt::format("layers.{}.", layer);
    layers.push_back({.norm1 = takeNorm(tensors, prefix + "norm1"),
                      .query = takeLinear(tensors, prefix + "attention.qkv", 0, width),
                      .key = takeLinear(tensors, prefix + "attention.qkv", width, width),
                      .value = takeLinear(tensors, prefix + "attention.qkv", 2 * width, width),
                      .out = takeLinear(tensors, prefix + "attention.out", 0, width),
                      .norm2 = takeNorm(tensors, prefix + "norm2"),
                      .widen = takeLinear(tensors, prefix + "mlp.in", 0, config.feed_forward),
                      .narrow = takeLinear(tensors, prefix + "mlp.out", 0, width)});
  }
  if (config.norm == NormPlacement::Pre) final_norm = takeNorm(tensors, "final_norm");
  head = takeLinear(tensors, "head", 0, config.spec.action_count);
}

}  // namespace limbeck
