// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace limbeck {

/// A probability as a threshold for 32 random bits: bits < threshold holds with it. 0 never, 1 always.
inline std::uint64_t probabilityThreshold(double probability) {
  return static_cast<std::uint64_t>(std::llround(std::clamp(probability, 0.0, 1.0) * 0x1.0p32));
}

/// `start` at position 0, `end` from position `share * total` on, linear between.
inline double annealed(double start, double end, double share, double position, double total) {
  const double span = share * total;
  return position >= span ? end : start + (end - start) * (position / span);
}

/// One draw decides both whether to act at random (high bits) and how (low bits).
struct NoisyChoice {
  std::uint64_t bits = 0;
  bool isRandom(std::uint64_t threshold) const { return (bits >> 32) < threshold; }
  std::uint32_t below(std::uint32_t count) const {
    return static_cast<std::uint32_t>(((bits & 0xFFFFFFFFU) * count) >> 32);
  }
  /// The random action where isRandom(threshold), else `otherwise`. Without a branch: half-way through a history nobody
  /// can predict it, and a wrong guess costs more than the whole choice.
  int pick(std::uint64_t threshold, int action_count, int otherwise) const {
    const int random = static_cast<int>(below(static_cast<std::uint32_t>(action_count)));
    const int mask = -static_cast<int>(isRandom(threshold));
    return otherwise ^ ((otherwise ^ random) & mask);
  }
};

}  // namespace limbeck
