// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/team.h"
#include "core/kernels/aligned_buffer.h"
#include "core/kernels/kernels.h"
#include "core/model/fused/fused_layout.h"

namespace limbeck::fused {

/// A linear layer's weight as panels for y = x Wᵀ and, for training, for dx = dy W.
struct PackedMatrix {
  std::int64_t source = 0;  ///< offset of the [outputs, inputs] weight in the flat buffer
  int outputs = 0;
  int inputs = 0;
  float* forward = nullptr;
  float* backward = nullptr;
};

enum class PackFor { Inference, Training };

/// The flat parameters of a model together with their packed copies, which `repack` makes anew after each change.
class Weights {
 public:
  Weights(const TransformerConfig& config, const Kernels& kernels, PackFor purpose);
  Weights(const Weights&) = delete;
  Weights& operator=(const Weights&) = delete;

  /// Packs this worker's share of the matrices.
  void repack(int worker, int workers);

  const float* at(std::int64_t offset) const { return flat.data() + offset; }

  struct Layer {
    PackedMatrix qkv, out, mlp_in, mlp_out;
  };

  TransformerConfig config;
  FusedLayout layout;
  const Kernels& kernels;
  AlignedBuffer flat;
  std::vector<Layer> layers;
  PackedMatrix head;
  std::vector<float> head_bias;  ///< padded to a multiple of 16 with large negative values

 private:
  void place(PackedMatrix& matrix, std::int64_t source, int outputs, int inputs);
  void pack(const PackedMatrix& matrix) const;

  PackFor purpose_;
  std::vector<AlignedBuffer> packed_;
  std::vector<const PackedMatrix*> matrices_;
};

/// Columns that the head's output takes.
inline int paddedActions(const TransformerConfig& config) {
  return (config.spec.action_count + 15) / 16 * 16;
}

}  // namespace limbeck::fused
