// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/env/view/frame_view.h"
#include "core/source/convolution.h"

namespace limbeck {

/// From the pixels of frames to features: two convolutions, each with ReLU units. Parameters are those of the first and
/// of the second. Works on a few frames at a time, so that what it makes of them stays in the cache.
class ConvolutionalTrunk {
 public:
  static constexpr int kMostFrames = 8;

  ConvolutionalTrunk(const fused::Kernels& kernels, const FrameShape& frame);

  int featureCount() const { return static_cast<int>(second_.shape().outSize()); }
  std::int64_t parameterCount() const { return first_.parameterCount() + second_.parameterCount(); }
  void initialise(Rng& rng, float* parameters) const;
  void repack(const float* parameters);

  /// frames: up to kMostFrames, each [height, width, channels]. features: [frames, featureCount()].
  void forward(std::span<const std::uint8_t* const> frames, const float* parameters, float* features);
  /// Of the frames that `forward` saw last, and the features that it gave. of_features: their gradient, overwritten.
  /// Adds to `gradient`, which is laid out like the parameters.
  void backward(int count, const float* features, float* of_features, float* gradient);

 private:
  Convolution first_;
  Convolution second_;
  fused::AlignedBuffer pixels_;     ///< [kMostFrames, height, width, channels], from -1 to 1
  fused::AlignedBuffer hidden_;     ///< [kMostFrames] outputs of the first convolution
  fused::AlignedBuffer of_hidden_;  ///< their gradient
};

}  // namespace limbeck
