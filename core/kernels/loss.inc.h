// SPDX-License-Identifier: GPL-3.0-or-later
// Cross-entropy with label smoothing e over n actions: the target is 1 - e + e / n on the right action and e / n on the
// others.
#pragma once

#include "core/kernels/kernels.h"
#include "core/kernels/simd.h"

namespace limbeck::fused::LIMBECK_ISA {

inline LossRow softmaxLoss(int rows, int n, float* logits, int ld, const std::uint8_t* targets, float smoothing,
                           float gradient_scale) {
  LossRow result;
  const int padded = (n + 15) / 16 * 16;
  const float spread = smoothing / static_cast<float>(n);
  for (int row = 0; row < rows; ++row) {
    float* z = logits + row * static_cast<std::int64_t>(ld);
    const int target = targets[row];
    Vec top = load(z);
    for (int i = kLanes; i < padded; i += kLanes) top = maximum(load(z + i), top);
    const float most = largest(top);
    int best = 0;
    float plain = 0.0F;
    for (int i = 0; i < n; ++i) {
      plain += z[i];
      if (z[i] > z[best]) best = i;
    }
    const float aim = z[target];
    Vec total{};
    for (int i = 0; i < padded; i += kLanes) {
      const Vec p = exponential(load(z + i) - most);
      store(z + i, p);
      total += p;
    }
    const float mass = sum(total);
    const double log_mass = static_cast<double>(most) + __builtin_log(static_cast<double>(mass));
    result.loss += log_mass - (1.0 - static_cast<double>(smoothing)) * static_cast<double>(aim) -
                   static_cast<double>(spread) * static_cast<double>(plain);
    result.correct += best == target ? 1 : 0;
    const float factor = gradient_scale / mass;
    for (int i = 0; i < padded; i += kLanes) store(z + i, load(z + i) * factor - spread * gradient_scale);
    z[target] -= (1.0F - smoothing) * gradient_scale;
  }
  return result;
}

}  // namespace limbeck::fused::LIMBECK_ISA
