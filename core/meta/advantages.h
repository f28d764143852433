// SPDX-License-Identifier: GPL-3.0-or-later
// Generalised advantage estimation: Schulman et al., "High-Dimensional Continuous Control Using Generalized Advantage
// Estimation", ICLR 2016.
#pragma once

#include <cstdint>
#include <span>

namespace limbeck {

/// What some streams met in some steps; [steps, streams] unless said otherwise.
struct UnrollColumns {
  std::span<const float> rewards;      ///< paid for the step's action
  std::span<const float> values;       ///< expected before the step
  std::span<const std::uint8_t> cuts;  ///< 1 where nothing of what comes after the step belongs to it
  std::span<const float> last_values;  ///< [streams]: expected after the last step
};

struct AdvantageOptions {
  double discount = 0.99;
  double lambda = 0.95;
};

/// Writes advantages and returns (advantage + value), [steps, streams].
void estimateAdvantages(const UnrollColumns& unroll, const AdvantageOptions& options, std::span<float> advantages,
                        std::span<float> returns);

}  // namespace limbeck
