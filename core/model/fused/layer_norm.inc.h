// SPDX-License-Identifier: GPL-3.0-or-later
// Layer normalisation over rows of n columns (a multiple of 16), epsilon 1e-5 as LibTorch has it.
#pragma once

#include "core/model/fused/simd.h"

namespace limbeck::fused::LIMBECK_ISA {

inline void layerNorm(int rows, int n, const float* x, int ldx, const float* gain, const float* bias, float* y, int ldy,
                      float* mean, float* rstd) {
  const float inverse_n = 1.0F / static_cast<float>(n);
  for (int row = 0; row < rows; ++row) {
    const float* in = x + row * static_cast<std::int64_t>(ldx);
    float* out = y + row * static_cast<std::int64_t>(ldy);
    Vec total{};
    for (int i = 0; i < n; i += kLanes) total += load(in + i);
    const float center = sum(total) * inverse_n;
    Vec squares{};
    for (int i = 0; i < n; i += kLanes) {
      const Vec d = load(in + i) - center;
      squares += d * d;
    }
    const float scale = 1.0F / __builtin_sqrtf(sum(squares) * inverse_n + 1e-5F);
    for (int i = 0; i < n; i += kLanes)
      store(out + i, (load(in + i) - center) * scale * load(gain + i) + load(bias + i));
    mean[row] = center;
    rstd[row] = scale;
  }
}

inline void layerNormBackward(int rows, int n, const float* x, int ldx, const float* gain, const float* mean,
                              const float* rstd, const float* dy, int lddy, float* dx, int lddx, float* dgain,
                              float* dbias) {
  const float inverse_n = 1.0F / static_cast<float>(n);
  for (int row = 0; row < rows; ++row) {
    const float* in = x + row * static_cast<std::int64_t>(ldx);
    const float* upper = dy + row * static_cast<std::int64_t>(lddy);
    float* out = dx + row * static_cast<std::int64_t>(lddx);
    const float center = mean[row];
    const float scale = rstd[row];
    Vec total{};
    Vec along{};
    for (int i = 0; i < n; i += kLanes) {
      const Vec normalised = (load(in + i) - center) * scale;
      const Vec d = load(upper + i);
      const Vec scaled = d * load(gain + i);
      total += scaled;
      along += scaled * normalised;
      store(dgain + i, load(dgain + i) + d * normalised);
      store(dbias + i, load(dbias + i) + d);
    }
    const float mean_total = sum(total) * inverse_n;
    const float mean_along = sum(along) * inverse_n;
    for (int i = 0; i < n; i += kLanes) {
      const Vec normalised = (load(in + i) - center) * scale;
      const Vec d = load(upper + i) * load(gain + i) - mean_total - normalised * mean_along;
      store(out + i, load(out + i) + d * scale);
    }
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
