// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/fused/weights.h"

#include <algorithm>

namespace limbeck::fused {
namespace {

/// What the padding columns of the head's output hold: their probability is zero to single precision.
constexpr float kImpossible = -1e30F;

}  // namespace

Weights::Weights(const TransformerConfig& model_config, const Kernels& model_kernels, PackFor purpose)
    : config(model_config), layout(model_config), kernels(model_kernels), flat(layout.size), purpose_(purpose) {
  layers.resize(layout.layers.size());
  const int width = config.width;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    place(layers[i].qkv, layout.layers[i].qkv_weight, 3 * width, width);
    place(layers[i].out, layout.layers[i].out_weight, width, width);
    place(layers[i].mlp_in, layout.layers[i].mlp_in_weight, config.feed_forward, width);
    place(layers[i].mlp_out, layout.layers[i].mlp_out_weight, width, config.feed_forward);
  }
  place(head, layout.head_weight, config.spec.action_count, width);
  head_bias.assign(static_cast<std::size_t>(paddedActions(config)), kImpossible);
}

void Weights::place(PackedMatrix& matrix, std::int64_t source, int outputs, int inputs) {
  matrix.source = source;
  matrix.outputs = outputs;
  matrix.inputs = inputs;
  const int padded_outputs = (outputs + 15) / 16 * 16;
  packed_.emplace_back(kernels.packedSize(inputs, padded_outputs));
  matrix.forward = packed_.back().data();
  if (purpose_ == PackFor::Training) {
    packed_.emplace_back(kernels.packedSize(outputs, inputs));
    matrix.backward = packed_.back().data();
  }
  matrices_.push_back(&matrix);
}

void Weights::pack(const PackedMatrix& matrix) const {
  const float* source = flat.data() + matrix.source;
  kernels.pack(matrix.inputs, matrix.outputs, source, 1, matrix.inputs, matrix.forward);
  if (matrix.backward != nullptr)
    kernels.pack(matrix.outputs, matrix.inputs, source, matrix.inputs, 1, matrix.backward);
}

void Weights::repack(int worker, int workers) {
  const auto count = static_cast<std::int64_t>(matrices_.size());
  for (std::int64_t i = worker; i < count; i += workers) pack(*matrices_[static_cast<std::size_t>(i)]);
  if (worker == 0) std::copy_n(at(layout.head_bias), config.spec.action_count, head_bias.begin());
}

}  // namespace limbeck::fused
