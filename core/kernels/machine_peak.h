// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine can do at most, by measurement: what the speed of everything else is held against.
#pragma once

#include <cstdint>

#include "core/base/team.h"
#include "core/kernels/aligned_buffer.h"
#include "core/kernels/precision.h"

namespace limbeck {

/// Floating-point operations a second of all threads of `team` together: multiply-adds in registers with the best
/// instructions that the fused core has for `precision`. Takes some hundredths of a second.
double measurePeakFlops(Team& team, Precision precision);

/// Reads memory that no cache holds.
class ReadBandwidth {
 public:
  /// Fills 128 MiB for each thread of `team`, which must outlive this.
  explicit ReadBandwidth(Team& team);
  /// Bytes a second, of all threads together.
  double measure();

 private:
  static constexpr std::int64_t kFloatsPerThread = std::int64_t{1} << 25;
  Team& team_;
  fused::AlignedBuffer memory_;
  fused::AlignedBuffer sums_;  ///< where results go, so that no read is idle
};

}  // namespace limbeck
