// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/source/convolution.h"

namespace limbeck::test {

/// A convolution of one image as its definition says it, in double precision: what core/source/convolution.h is
/// compared with, which has the same layouts.
inline std::vector<double> plainConvolution(const ConvolutionShape& shape, std::span<const double> image,
                                            std::span<const double> parameters) {
  const double* const bias = parameters.data() + shape.patchSize() * shape.filters;
  std::vector<double> out;
  for (int y = 0; y < shape.outHeight(); ++y) {
    for (int x = 0; x < shape.outWidth(); ++x) {
      for (int filter = 0; filter < shape.filters; ++filter) {
        double sum = bias[filter];
        for (int row = 0; row < shape.kernel; ++row) {
          for (int column = 0; column < shape.kernel; ++column) {
            for (int channel = 0; channel < shape.channels; ++channel) {
              const int from_y = y * shape.stride + row;
              const int from_x = x * shape.stride + column;
              const int weight = ((row * shape.kernel + column) * shape.channels + channel) * shape.filters + filter;
              sum += image[static_cast<std::size_t>((from_y * shape.width + from_x) * shape.channels + channel)] *
                     parameters[static_cast<std::size_t>(weight)];
            }
          }
        }
        out.push_back(sum);
      }
    }
  }
  return out;
}

}  // namespace limbeck::test
