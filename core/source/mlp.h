// SPDX-License-Identifier: GPL-3.0-or-later
// A multilayer perceptron with ReLU units for the source algorithms, with its gradient and Adam written out: at their
// sizes a tensor library spends most of its time on itself.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/rng.h"
#include "core/kernels/aligned_buffer.h"
#include "core/source/first_layer.h"
#include "core/source/observation_features.h"

namespace limbeck {

struct MlpShape {
  int hidden_layers = 3;
  int hidden_width = 128;
  int outputs = 1;
};

/// Adam without decay (Kingma and Ba 2015), as the paper's source algorithms have it.
struct AdamSettings {
  double learning_rate = 1e-4;
  double gradient_clip = 0.0;  ///< greatest norm; 0: none
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-6;
};

/// What the passes keep of some rows, one row an input. float32, row-major; widths are rounded up to multiples of 16.
class MlpRows {
 public:
  MlpRows(const MlpShape& shape, int capacity);

  const float* outputs(int row) const { return outputs_.data() + static_cast<std::int64_t>(row) * output_stride_; }
  /// For whoever knows the loss to fill; zero where there is nothing to learn.
  float* outputGradients(int row) { return gradients_.data() + static_cast<std::int64_t>(row) * output_stride_; }
  int outputStride() const { return output_stride_; }
  int capacity() const { return capacity_; }

 private:
  friend class Mlp;
  float* hidden(int layer, int row) {
    return hidden_[static_cast<std::size_t>(layer)].data() + static_cast<std::int64_t>(row) * width_;
  }

  int capacity_;
  int width_;
  int output_stride_;
  std::vector<fused::AlignedBuffer> hidden_;  ///< [layers] of [capacity, width], after the ReLU
  fused::AlignedBuffer outputs_;              ///< [capacity, outputs]
  fused::AlignedBuffer gradients_;            ///< [capacity, outputs]
  fused::AlignedBuffer from_above_, below_;   ///< [capacity, width], gradients on their way down
};

class Mlp {
 public:
  /// `features` must outlive it. Weights are uniform with the variance of He et al. (2015), those of the outputs a
  /// hundredth of that, so that a policy begins near uniform and a value near 0.
  Mlp(const ObservationFeatures& features, const MlpShape& shape, Rng rng);
  Mlp(const Mlp&) = delete;
  Mlp& operator=(const Mlp&) = delete;

  const MlpShape& shape() const { return shape_; }

  /// Rows `first`, `first + 1`, ... become those of `inputs`. Not const: the first layer has room of its own to work
  /// in.
  void forward(std::span<const int> inputs, MlpRows& rows, int first);
  /// The gradient of all parameters from the output gradients of the first rows, those of `inputs`.
  void backward(std::span<const int> inputs, MlpRows& rows);
  /// One step of Adam along the gradient that `backward` left.
  void step(const AdamSettings& settings);

  /// `other` has the same shape and features.
  void copyParameters(const Mlp& other);

  /// Flat, padding included: those of the first layer, [width, width] and bias for each further one, [width, outputs]
  /// and bias.
  std::span<float> parameters() { return parameters_.span(); }
  std::span<const float> gradient() const { return gradient_.span(); }
  /// After parameters were written from outside.
  void repack();

 private:
  struct Layer {
    std::int64_t weight = 0;  ///< offset of [width, outputs]
    std::int64_t bias = 0;
    int outputs = 0;
    fused::AlignedBuffer packed;             ///< for y = x W
    fused::AlignedBuffer packed_transposed;  ///< for dx = dy Wᵀ
  };
  void addLayer(int outputs);

  const fused::Kernels& kernels_;
  MlpShape shape_;
  int width_;
  std::unique_ptr<FirstLayer> first_layer_;
  std::int64_t size_;          ///< of all parameters
  std::vector<Layer> layers_;  ///< above the first one
  fused::AlignedBuffer parameters_, gradient_, first_moment_, second_moment_;
  std::int64_t steps_ = 0;
};

}  // namespace limbeck
