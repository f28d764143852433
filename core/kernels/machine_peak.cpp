// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/machine_peak.h"

#include <chrono>
#include <numeric>
#include <vector>

#include "core/kernels/cpu_dispatch.h"

namespace limbeck {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

const fused::Kernels& bestKernels(Precision precision) {
  return fused::kernelsFor(fused::availableInstructionSets().back(), precision);
}

}  // namespace

double measurePeakFlops(Team& team, Precision precision) {
  constexpr std::int64_t kRounds = 8'000'000;
  const fused::Kernels& kernels = bestKernels(precision);
  std::vector<double> operations(static_cast<std::size_t>(team.size()));
  const Clock::time_point begin = Clock::now();
  team.run([&](int worker) { operations[static_cast<std::size_t>(worker)] = kernels.peak(kRounds); });
  return std::accumulate(operations.begin(), operations.end(), 0.0) / secondsSince(begin);
}

ReadBandwidth::ReadBandwidth(Team& team) : team_(team), memory_(team.size() * kFloatsPerThread), sums_(team.size()) {}

double ReadBandwidth::measure() {
  const fused::Kernels& kernels = bestKernels(Precision::Float32);
  const Clock::time_point begin = Clock::now();
  team_.run([&](int worker) {
    sums_.data()[worker] = kernels.sumAll(kFloatsPerThread, memory_.data() + worker * kFloatsPerThread);
  });
  const double bytes = static_cast<double>(team_.size() * kFloatsPerThread) * sizeof(float);
  return bytes / secondsSince(begin);
}

}  // namespace limbeck
