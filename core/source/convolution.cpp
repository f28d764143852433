// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/convolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/source/layer_parts.h"

namespace limbeck {

Convolution::Convolution(const fused::Kernels& kernels, const ConvolutionShape& shape, int capacity)
    : kernels_(kernels),
      shape_(shape),
      patch_stride_(paddedWidth(shape.patchSize())),
      packed_(kernels.packedSize(shape.patchSize(), shape.filters)),
      packed_transposed_(kernels.packedSize(shape.filters, shape.patchSize())),
      patches_(std::int64_t{capacity} * shape.positions() * patch_stride_) {
  LIMBECK_CHECK(shape.height >= shape.kernel && shape.width >= shape.kernel,
                fmt::format("a kernel of {} on {} x {} places", shape.kernel, shape.height, shape.width));
  LIMBECK_CHECK(shape.filters % 16 == 0, fmt::format("{} filters", shape.filters));
}

void Convolution::initialise(Rng& rng, float* parameters) const {
  drawWeights(shape_.patchSize(), shape_.filters, shape_.filters, std::sqrt(6.0 / shape_.patchSize()), rng, parameters);
}

void Convolution::repack(const float* parameters) {
  kernels_.pack(shape_.patchSize(), shape_.filters, parameters, shape_.filters, 1, packed_.data());
  kernels_.pack(shape_.filters, shape_.patchSize(), parameters, 1, shape_.filters, packed_transposed_.data());
}

/// A kernel's row lies in one piece in an image and in a patch: `visit(place in the images, place in the patches)`.
template <typename Visit>
void Convolution::forEachRowOfPatches(int count, const Visit& visit) const {
  const std::int64_t image_row = std::int64_t{shape_.width} * shape_.channels;
  const std::int64_t patch_row = std::int64_t{shape_.kernel} * shape_.channels;
  std::int64_t patch = 0;
  for (int image = 0; image < count; ++image) {
    for (int y = 0; y < shape_.outHeight(); ++y) {
      for (int x = 0; x < shape_.outWidth(); ++x, patch += patch_stride_) {
        std::int64_t place = image * shape_.inSize() + shape_.stride * (y * image_row + x * shape_.channels);
        for (int row = 0; row < shape_.kernel; ++row, place += image_row) visit(place, patch + row * patch_row);
      }
    }
  }
}

void Convolution::forward(int count, const float* in, const float* parameters, float* out) {
  float* const patches = patches_.data();
  const int length = shape_.kernel * shape_.channels;
  forEachRowOfPatches(
      count, [=](std::int64_t place, std::int64_t patch) { std::copy_n(in + place, length, patches + patch); });
  kernels_.multiply(count * shape_.positions(), shape_.filters, shape_.patchSize(), patches, patch_stride_,
                    packed_.data(), parameters + bias(), out, shape_.filters);
}

void Convolution::backward(int count, const float* of_out, float* gradient, float* of_in) {
  const int rows = count * shape_.positions();
  float* const patches = patches_.data();
  kernels_.multiplyTransposedAdd(shape_.patchSize(), shape_.filters, rows, patches, patch_stride_, of_out,
                                 shape_.filters, gradient, shape_.filters);
  kernels_.columnSumsAdd(rows, shape_.filters, of_out, shape_.filters, gradient + bias());
  if (of_in == nullptr) return;
  // The patches have done their work; their gradients take their place.
  kernels_.multiply(rows, patch_stride_, shape_.filters, of_out, shape_.filters, packed_transposed_.data(), nullptr,
                    patches, patch_stride_);
  std::fill_n(of_in, count * shape_.inSize(), 0.0F);
  const int length = shape_.kernel * shape_.channels;
  forEachRowOfPatches(count, [=](std::int64_t place, std::int64_t patch) {
    for (int i = 0; i < length; ++i) of_in[place + i] += patches[patch + i];
  });
}

}  // namespace limbeck
