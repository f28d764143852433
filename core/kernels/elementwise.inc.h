// SPDX-License-Identifier: GPL-3.0-or-later
// GELU in its tanh form, which is x * sigmoid(2 u) with u = sqrt(2 / pi) (x + 0.044715 x^3); dropout by hashing the
// element's index; sums and the optimiser's pass over flat buffers.
#pragma once

#include "core/kernels/kernels.h"
#include "core/kernels/simd.h"

namespace limbeck::fused::LIMBECK_ISA {

inline constexpr float kGeluLinear = 1.5957691216057308F;  // 2 sqrt(2 / pi)
inline constexpr float kGeluCubic = 0.044715F;

LIMBECK_INLINE Vec geluGate(Vec x) {
  return logistic2(x * (-kGeluLinear * kLog2E + (-kGeluLinear * kGeluCubic * kLog2E) * (x * x)));
}

inline void gelu(int rows, int n, const float* x, int ldx, float* y, int ldy) {
  for (int row = 0; row < rows; ++row) {
    const float* in = x + row * static_cast<std::int64_t>(ldx);
    float* out = y + row * static_cast<std::int64_t>(ldy);
    for (int i = 0; i < n; i += kLanes) {
      const Vec v = load(in + i);
      store(out + i, v * geluGate(v));
    }
  }
}

inline void geluBackward(int rows, int n, const float* x, int ldx, float* y, int ldy, float* dy, int lddy) {
  for (int row = 0; row < rows; ++row) {
    const float* in = x + row * static_cast<std::int64_t>(ldx);
    float* out = y + row * static_cast<std::int64_t>(ldy);
    float* gradient = dy + row * static_cast<std::int64_t>(lddy);
    for (int i = 0; i < n; i += kLanes) {
      const Vec v = load(in + i);
      const Vec gate = geluGate(v);
      const Vec result = v * gate;
      const Vec slope = kGeluLinear + (3.0F * kGeluLinear * kGeluCubic) * (v * v);
      store(out + i, result);
      store(gradient + i, load(gradient + i) * (gate + result * (1.0F - gate) * slope));
    }
  }
}

/// 1 / (1 - p) where an element stays, 0 where it is dropped.
LIMBECK_INLINE Vec dropoutFactor(const DropoutSite& site, WordVec index) {
  WordVec h = (index ^ site.key0) * 0x9E3779B9U;  // two rounds of a xorshift-multiply mixer, keyed twice
  h ^= h >> 16;
  h = (h + site.key1) * 0x7FEB352DU;
  h ^= h >> 15;
  h *= 0x846CA68BU;
  h ^= h >> 16;
  return h < site.threshold ? Vec{} : broadcast(site.scale);
}

template <bool AddsX>
LIMBECK_INLINE void dropRows(int rows, int n, const float* x, int ldx, const float* branch, int ldb, float* out,
                             int ldo, const DropoutSite& site, int first_row) {
  const WordVec lanes = reinterpret_cast<WordVec>(laneNumbers());
  for (int row = 0; row < rows; ++row) {
    const std::uint32_t index = static_cast<std::uint32_t>(first_row + row) * static_cast<std::uint32_t>(n);
    for (int i = 0; i < n; i += kLanes) {
      Vec v = load(branch + row * static_cast<std::int64_t>(ldb) + i);
      if (site.threshold != 0) v *= dropoutFactor(site, lanes + (index + static_cast<std::uint32_t>(i)));
      if (AddsX) v += load(x + row * static_cast<std::int64_t>(ldx) + i);
      store(out + row * static_cast<std::int64_t>(ldo) + i, v);
    }
  }
}

inline void addDropped(int rows, int n, const float* x, int ldx, const float* branch, int ldb, float* out, int ldo,
                       const DropoutSite& site, int first_row) {
  dropRows<true>(rows, n, x, ldx, branch, ldb, out, ldo, site, first_row);
}

inline void drop(int rows, int n, const float* x, int ldx, float* out, int ldo, const DropoutSite& site,
                 int first_row) {
  dropRows<false>(rows, n, nullptr, 0, x, ldx, out, ldo, site, first_row);
}

/// y += factor * x; n: a multiple of 16.
inline void addScaled(int n, float factor, const float* x, float* y) {
  for (int i = 0; i < n; i += kLanes) store(y + i, load(y + i) + factor * load(x + i));
}

inline double addSquares(std::int64_t n, float* a, const float* b) {
  double total = 0.0;
  std::int64_t i = 0;
  while (i + kLanes <= n) {
    Vec squares{};  // in blocks, so that single precision is summed over few terms only
    const std::int64_t stop = n - i > 4096 ? i + 4096 : n;
    for (; i + kLanes <= stop; i += kLanes) {
      const Vec v = b == nullptr ? load(a + i) : load(a + i) + load(b + i);
      store(a + i, v);
      squares += v * v;
    }
    total += static_cast<double>(sum(squares));
  }
  for (; i < n; ++i) {
    if (b != nullptr) a[i] += b[i];
    total += static_cast<double>(a[i]) * static_cast<double>(a[i]);
  }
  return total;
}

LIMBECK_INLINE Vec squareRoot(Vec v) {
  for (int i = 0; i < kLanes; ++i) v[i] = __builtin_sqrtf(v[i]);
  return v;
}

inline void adamW(std::int64_t n, const AdamWStep& s, float* parameters, const float* gradients, float* first,
                  float* second) {
  for (std::int64_t i = 0; i < n; i += kLanes) {
    Vec g{}, m{}, v{}, p{};
    const int lanes = n - i < kLanes ? static_cast<int>(n - i) : kLanes;
    if (lanes == kLanes) {
      g = load(gradients + i), m = load(first + i), v = load(second + i), p = load(parameters + i);
    } else {
      for (int k = 0; k < lanes; ++k)
        g[k] = gradients[i + k], m[k] = first[i + k], v[k] = second[i + k], p[k] = parameters[i + k];
    }
    g *= s.gradient_scale;
    m = m * s.beta1 + g * s.one_minus_beta1;
    v = v * s.beta2 + (g * g) * s.one_minus_beta2;
    p = p * s.decay_factor - s.learning_rate * m / (squareRoot(v) * s.second_correction + s.epsilon);
    if (lanes == kLanes) {
      store(first + i, m), store(second + i, v), store(parameters + i, p);
    } else {
      for (int k = 0; k < lanes; ++k) first[i + k] = m[k], second[i + k] = v[k], parameters[i + k] = p[k];
    }
  }
}

}  // namespace limbeck::fused::LIMBECK_ISA
