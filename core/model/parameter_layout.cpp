// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parameter_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string_view>
#include <utility>

namespace limbeck {
namespace {

class LayoutBuilder {
 public:
  void add(std::string name, std::vector<std::int64_t> shape, bool decays) {
    const std::int64_t size = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    list_.push_back({std::move(name), std::move(shape), offset_, size, decays});
    offset_ += size;
  }
  void addNorm(const std::string& name, std::int64_t width) {
    add(name + ".weight", {width}, false);
    add(name + ".bias", {width}, false);
  }
  void addLinear(const std::string& name, std::int64_t outputs, std::int64_t inputs) {
    add(name + ".weight", {outputs, inputs}, true);
    add(name + ".bias", {outputs}, false);
  }
  std::vector<ParameterInfo> take() { return std::move(list_); }

 private:
  std::vector<ParameterInfo> list_;
  std::int64_t offset_ = 0;
};

void addEmbeddings(LayoutBuilder& builder, const TransformerConfig& config) {
  const std::int64_t width = config.width;
  for (int i = 0; i < config.spec.observationSize(); ++i) {
    builder.add(fmt::format("embed.observation.{}", i), {config.spec.observation_classes[i], width}, true);
  }
  builder.add("embed.action", {config.spec.action_count + 1, width}, true);
  builder.add("embed.reward", {width}, true);
  if (config.tokens == TokenScheme::One) builder.add("embed.end", {2, width}, true);
  if (config.input_mask > 0.0) builder.add("embed.mask", {width}, true);
  if (config.hasPositions()) {
    builder.add("embed.position", {config.sequenceLength(), width}, true);
  }
}

void addLayer(LayoutBuilder& builder, const TransformerConfig& config, int layer) {
  const std::int64_t width = config.width;
  const std::string prefix = fmt::format("layers.{}.", layer);
  if (config.backbone == Backbone::Lstm) {
    builder.addLinear(prefix + "lstm.input", 4 * width, width);
    builder.add(prefix + "lstm.hidden.weight", {4 * width, width}, true);
    return;
  }
  builder.addNorm(prefix + "norm1", width);
  builder.addLinear(prefix + "attention.qkv", 3 * width, width);
  builder.addLinear(prefix + "attention.out", width, width);
  builder.addNorm(prefix + "norm2", width);
  builder.addLinear(prefix + "mlp.in", config.feed_forward, width);
  builder.addLinear(prefix + "mlp.out", width, config.feed_forward);
}

bool isNormWeight(std::string_view name) {
  return name.find("norm") != name.npos && name.ends_with(".weight");
}

bool closesBranch(std::string_view name) {
  return name.ends_with("attention.out.weight") || name.ends_with("mlp.out.weight");
}

void draw(std::vector<float>& values, std::string_view name, const TransformerConfig& config, Rng stream) {
  constexpr double kDeviation = 0.02;
  constexpr double kLstmTableDeviation = 0.5;
  if (name.find(".lstm.") != name.npos) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(config.width));
    for (float& value : values) value = static_cast<float>(bound * (2.0 * stream.uniform() - 1.0));
    return;
  }
  double deviation = kDeviation;
  if (closesBranch(name)) deviation *= 1.0 / std::sqrt(2.0 * config.layers);
  if (config.backbone == Backbone::Lstm && name.starts_with("embed.")) deviation = kLstmTableDeviation;
  for (float& value : values) value = static_cast<float>(deviation * stream.normal());
}

}  // namespace

std::vector<ParameterInfo> parameterLayout(const TransformerConfig& config) {
  validate(config);
  LayoutBuilder builder;
  addEmbeddings(builder, config);
  for (int layer = 0; layer < config.layers; ++layer) addLayer(builder, config, layer);
  if (config.hasFinalNorm()) builder.addNorm("final_norm", config.width);
  builder.addLinear("head", config.spec.action_count, config.width);
  if (config.actor_critic) builder.addLinear("value", 1, config.width);
  return builder.take();
}

std::int64_t parameterCount(const TransformerConfig& config) {
  const ParameterInfo last = parameterLayout(config).back();
  return last.offset + last.size;
}

TensorMap initialParameters(const TransformerConfig& config, const Rng& rng) {
  TensorMap parameters;
  for (const ParameterInfo& info : parameterLayout(config)) {
    Tensor tensor{info.shape, std::vector<float>(static_cast<std::size_t>(info.size), 0.0F)};
    if (isNormWeight(info.name)) {
      std::ranges::fill(tensor.values, 1.0F);
    } else if (info.name.ends_with("lstm.input.bias")) {
      std::fill_n(tensor.values.begin() + config.width, config.width, 1.0F);  // the forget gate's
    } else if (info.decays) {
      draw(tensor.values, info.name, config, rng.split(info.name));
    }
    parameters.emplace(info.name, std::move(tensor));
  }
  return parameters;
}

}  // namespace limbeck
