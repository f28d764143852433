// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/fused/fused_layout.h"

#include <fmt/format.h>

#include <map>
#include <string>

#include "core/base/check.h"

namespace limbeck::fused {
namespace {

class Lookup {
 public:
  explicit Lookup(const std::vector<ParameterInfo>& parameters) {
    for (const ParameterInfo& info : parameters) offsets_[info.name] = info.offset;
  }
  std::int64_t operator()(const std::string& name) const {
    const auto found = offsets_.find(name);
    LIMBECK_CHECK(found != offsets_.end(), fmt::format("the parameter layout has no {}", name));
    return found->second;
  }

 private:
  std::map<std::string, std::int64_t> offsets_;
};

LayerOffsets layerOffsets(const Lookup& at, int layer) {
  const std::string p = fmt::format("layers.{}.", layer);
  return {.norm1_gain = at(p + "norm1.weight"),
          .norm1_bias = at(p + "norm1.bias"),
          .qkv_weight = at(p + "attention.qkv.weight"),
          .qkv_bias = at(p + "attention.qkv.bias"),
          .out_weight = at(p + "attention.out.weight"),
          .out_bias = at(p + "attention.out.bias"),
          .norm2_gain = at(p + "norm2.weight"),
          .norm2_bias = at(p + "norm2.bias"),
          .mlp_in_weight = at(p + "mlp.in.weight"),
          .mlp_in_bias = at(p + "mlp.in.bias"),
          .mlp_out_weight = at(p + "mlp.out.weight"),
          .mlp_out_bias = at(p + "mlp.out.bias")};
}

}  // namespace

FusedLayout::FusedLayout(const TransformerConfig& config) : parameters(parameterLayout(config)) {
  const Lookup at(parameters);
  for (int i = 0; i < config.spec.observationSize(); ++i)
    observation.push_back(at(fmt::format("embed.observation.{}", i)));
  action = at("embed.action");
  reward = at("embed.reward");
  end = at("embed.end");
  if (config.input_mask > 0.0) mask = at("embed.mask");
  if (config.positions == PositionEncoding::Learned) position = at("embed.position");
  for (int layer = 0; layer < config.layers; ++layer) layers.push_back(layerOffsets(at, layer));
  final_gain = at("final_norm.weight");
  final_bias = at("final_norm.bias");
  head_weight = at("head.weight");
  head_bias = at("head.bias");
  size = parameters.back().offset + parameters.back().size;
}

}  // namespace limbeck::fused
