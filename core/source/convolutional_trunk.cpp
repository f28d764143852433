// SPDX-License-Identifier: GPL-3.0-or-later
// A small relative of the network of Mnih et al. (Nature 518, 2015): on frames of 24 x 32 its two convolutions give
// 10 x 14 x 16 units, then 4 x 6 x 32 features.
#include "core/source/convolutional_trunk.h"

#include <cstddef>

#include "core/source/layer_parts.h"

namespace limbeck {
namespace {

ConvolutionShape firstShape(const FrameShape& frame) {
  return {.height = frame.height,
          .width = frame.width,
          .channels = frame.channels,
          .kernel = 5,
          .stride = 2,
          .filters = 16};
}

ConvolutionShape secondShape(const FrameShape& frame) {
  const ConvolutionShape first = firstShape(frame);
  return {.height = first.outHeight(),
          .width = first.outWidth(),
          .channels = first.filters,
          .kernel = 3,
          .stride = 2,
          .filters = 32};
}

}  // namespace

ConvolutionalTrunk::ConvolutionalTrunk(const fused::Kernels& kernels, const FrameShape& frame)
    : first_(kernels, firstShape(frame), kMostFrames),
      second_(kernels, secondShape(frame), kMostFrames),
      pixels_(kMostFrames * first_.shape().inSize()),
      hidden_(kMostFrames * first_.shape().outSize()),
      of_hidden_(hidden_.size()) {}

void ConvolutionalTrunk::initialise(Rng& rng, float* parameters) const {
  first_.initialise(rng, parameters);
  second_.initialise(rng, parameters + first_.parameterCount());
}

void ConvolutionalTrunk::repack(const float* parameters) {
  first_.repack(parameters);
  second_.repack(parameters + first_.parameterCount());
}

void ConvolutionalTrunk::forward(std::span<const std::uint8_t* const> frames, const float* parameters,
                                 float* features) {
  const int count = static_cast<int>(frames.size());
  float* pixel = pixels_.data();
  for (const std::uint8_t* const frame : frames) {
    for (std::int64_t i = 0; i < first_.shape().inSize(); ++i) {
      *pixel++ = (static_cast<float>(frame[i]) - 127.5F) * (1.0F / 127.5F);
    }
  }
  first_.forward(count, pixels_.data(), parameters, hidden_.data());
  rectify(count * first_.shape().outSize(), hidden_.data());
  second_.forward(count, hidden_.data(), parameters + first_.parameterCount(), features);
  rectify(count * second_.shape().outSize(), features);
}

void ConvolutionalTrunk::backward(int count, const float* features, float* of_features, float* gradient) {
  rectifyGradient(count * second_.shape().outSize(), features, of_features);
  second_.backward(count, of_features, gradient + first_.parameterCount(), of_hidden_.data());
  rectifyGradient(count * first_.shape().outSize(), hidden_.data(), of_hidden_.data());
  first_.backward(count, of_hidden_.data(), gradient, nullptr);
}

}  // namespace limbeck
