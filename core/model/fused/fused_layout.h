// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/model/parameter_layout.h"
#include "core/model/transformer_config.h"

namespace limbeck::fused {

/// Where each parameter begins in the flat buffer of all parameters (and in the buffers of gradients and moments).
struct LayerOffsets {
  std::int64_t norm1_gain = 0, norm1_bias = 0;
  std::int64_t qkv_weight = 0, qkv_bias = 0;
  std::int64_t out_weight = 0, out_bias = 0;
  std::int64_t norm2_gain = 0, norm2_bias = 0;
  std::int64_t mlp_in_weight = 0, mlp_in_bias = 0;
  std::int64_t mlp_out_weight = 0, mlp_out_bias = 0;
};

struct FusedLayout {
  explicit FusedLayout(const TransformerConfig& config);

  std::vector<ParameterInfo> parameters;
  std::vector<std::int64_t> observation;  ///< one a component
  std::int64_t action = 0, reward = 0, end = 0;
  std::int64_t mask = -1;      ///< -1 without input masking
  std::int64_t position = -1;  ///< -1 without positions
  std::vector<LayerOffsets> layers;
  std::int64_t final_gain = 0, final_bias = 0;
  std::int64_t head_weight = 0, head_bias = 0;
  std::int64_t size = 0;  ///< of all parameters
};

}  // namespace limbeck::fused
