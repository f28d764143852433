// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/fused/cpu_dispatch.h"

namespace limbeck::fused {

std::vector<InstructionSet> availableInstructionSets() {
  std::vector<InstructionSet> sets{InstructionSet::Baseline};
#if defined(__x86_64__)
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (has_avx2) sets.push_back(InstructionSet::Avx2);
  if (has_avx2 && has_avx512) sets.push_back(InstructionSet::Avx512);
#endif
  return sets;
}

const Kernels& kernelsFor(InstructionSet set) {
#if defined(__x86_64__)
  if (set == InstructionSet::Avx512) return kAvx512Kernels;
  if (set == InstructionSet::Avx2) return kAvx2Kernels;
#endif
  static_cast<void>(set);
  return kBaselineKernels;
}

}  // namespace limbeck::fused
