// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/base/rng.h"
#include "core/kernels/aligned_buffer.h"
#include "core/kernels/kernels.h"

namespace limbeck {

/// A convolution without padding at the edges: `filters` sums over each square of kernel x kernel places.
struct ConvolutionShape {
  int height = 0;  ///< of what comes in
  int width = 0;
  int channels = 0;
  int kernel = 3;
  int stride = 1;
  int filters = 16;  ///< a multiple of 16

  int outHeight() const { return (height - kernel) / stride + 1; }
  int outWidth() const { return (width - kernel) / stride + 1; }
  int positions() const { return outHeight() * outWidth(); }
  int patchSize() const { return kernel * kernel * channels; }
  std::int64_t inSize() const { return std::int64_t{height} * width * channels; }
  std::int64_t outSize() const { return std::int64_t{positions()} * filters; }
};

/// A convolution as a product: the patches under the kernel are laid out as rows of a matrix (im2col). Images are
/// [height, width, channels], float32; parameters are a weight [kernel, kernel, channels, filters] and a bias
/// [filters], which stand with whoever owns the network. Keeps the patches between the two passes.
class Convolution {
 public:
  /// `capacity`: images of the largest batch.
  Convolution(const fused::Kernels& kernels, const ConvolutionShape& shape, int capacity);

  const ConvolutionShape& shape() const { return shape_; }
  std::int64_t parameterCount() const { return bias() + shape_.filters; }
  /// Uniform with the variance of He et al. (2015); biases stay 0.
  void initialise(Rng& rng, float* parameters) const;
  /// After parameters have changed.
  void repack(const float* parameters);

  /// in: [count, height, width, channels], out: [count, outHeight, outWidth, filters].
  void forward(int count, const float* in, const float* parameters, float* out);
  /// Of the batch that `forward` saw last. of_out: the gradient of its output. Adds to `gradient`, which is laid out
  /// like the parameters; `of_in` becomes the gradient of the input, unless it is null.
  void backward(int count, const float* of_out, float* gradient, float* of_in);

 private:
  std::int64_t bias() const { return std::int64_t{shape_.patchSize()} * shape_.filters; }
  template <typename Visit>
  void forEachRowOfPatches(int count, const Visit& visit) const;

  const fused::Kernels& kernels_;
  ConvolutionShape shape_;
  int patch_stride_;
  fused::AlignedBuffer packed_;             ///< for y = x W
  fused::AlignedBuffer packed_transposed_;  ///< for dx = dy Wᵀ
  fused::AlignedBuffer patches_;            ///< [capacity, positions, patch_stride]
};

}  // namespace limbeck
