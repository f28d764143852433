// SPDX-License-Identifier: GPL-3.0-or-later
// What the layers of the source algorithms' networks have in common.
#pragma once

#include <cstdint>

#include "core/base/rng.h"

namespace limbeck {

/// The kernels store whole vectors: widths are rounded up to multiples of 16.
inline int paddedWidth(int count) {
  return (count + 15) / 16 * 16;
}

inline void rectify(std::int64_t count, float* x) {
  for (std::int64_t i = 0; i < count; ++i) x[i] = x[i] > 0.0F ? x[i] : 0.0F;
}

/// Nothing goes back through units that gave nothing.
inline void rectifyGradient(std::int64_t count, const float* unit, float* gradient) {
  for (std::int64_t i = 0; i < count; ++i) gradient[i] = unit[i] > 0.0F ? gradient[i] : 0.0F;
}

/// Uniform weights within `bound`, where an input's weights stand `stride` apart. Padding stays zero, also later:
/// nothing flows through it.
inline void drawWeights(int inputs, int outputs, int stride, double bound, Rng& rng, float* weight) {
  for (int row = 0; row < inputs; ++row, weight += stride) {
    for (int i = 0; i < outputs; ++i) weight[i] = static_cast<float>(bound * (2.0 * rng.uniform() - 1.0));
  }
}

}  // namespace limbeck
