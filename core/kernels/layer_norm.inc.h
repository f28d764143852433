// SPDX-License-Identifier: GPL-3.0-or-later
// Layer normalisation over rows of n columns (a multiple of 16), epsilon 1e-5 as LibTorch has it.
#pragma once

#include "core/kernels/simd.h"

namespace limbeck::fused::LIMBECK_ISA {

/// Several rows at once: the sums across a vector, the root and the division of one row hide behind those of the
/// others.
/// Several rows at once: the sums across a vector, the root and the division of one hide behind those of the others.
template <int Rows>
LIMBECK_INLINE void normaliseRows(int n, const float* x, std::int64_t ldx, const float* gain, const float* bias,
                                  float* y, std::int64_t ldy, float* mean, float* rstd) {
  const float inverse_n = 1.0F / static_cast<float>(n);
  Vec totals[Rows] = {};
  Vec squares[Rows] = {};
  for (int i = 0; i < n; i += kLanes) {
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) totals[r] += load(x + r * ldx + i);
  }
#pragma GCC unroll 4
  for (int r = 0; r < Rows; ++r) mean[r] = sum(totals[r]) * inverse_n;
  for (int i = 0; i < n; i += kLanes) {
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) {
      const Vec d = load(x + r * ldx + i) - mean[r];
      squares[r] += d * d;
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < Rows; ++r) rstd[r] = 1.0F / __builtin_sqrtf(sum(squares[r]) * inverse_n + 1e-5F);
  for (int i = 0; i < n; i += kLanes) {
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r)
      store(y + r * ldy + i, (load(x + r * ldx + i) - mean[r]) * rstd[r] * load(gain + i) + load(bias + i));
  }
}

inline void layerNorm(int rows, int n, const float* x, int ldx, const float* gain, const float* bias, float* y, int ldy,
                      float* mean, float* rstd) {
  int row = 0;
  for (; row + 4 <= rows; row += 4)
    normaliseRows<4>(n, x + row * static_cast<std::int64_t>(ldx), ldx, gain, bias,
                     y + row * static_cast<std::int64_t>(ldy), ldy, mean + row, rstd + row);
  for (; row < rows; ++row)
    normaliseRows<1>(n, x + row * static_cast<std::int64_t>(ldx), ldx, gain, bias,
                     y + row * static_cast<std::int64_t>(ldy), ldy, mean + row, rstd + row);
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
