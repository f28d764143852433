// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "core/model/transformer_config.h"

namespace limbeck::torch_backend {

struct LinearWeights {
  at::Tensor weight;
  at::Tensor bias;
};

inline at::Tensor linear(const at::Tensor& x, const LinearWeights& layer) {
  return at::linear(x, layer.weight, layer.bias);
}

struct LayerWeights {
  LinearWeights norm1, qkv, out, norm2, mlp_in, mlp_out;
};

struct LstmLayerWeights {
  LinearWeights input;
  at::Tensor hidden;
};

/// Views of one flat float32 buffer in the order of parameter_layout.h. Undefined tensors and empty lists are
/// parameters the architecture lacks.
struct Weights {
  std::vector<at::Tensor> observation;
  at::Tensor action, reward, end, mask, position;
  std::vector<LayerWeights> layers;
  std::vector<LstmLayerWeights> lstm_layers;
  LinearWeights final_norm, head, value;
  std::vector<at::Tensor> all;  ///< in layout order
};

/// With `flat_gradient` defined the views are leaves of autograd that add their gradients into it.
Weights viewWeights(const TransformerConfig& config, const at::Tensor& flat, const at::Tensor& flat_gradient = {});

}  // namespace limbeck::torch_backend
