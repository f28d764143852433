// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu_dispatch.h"

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace limbeck::fused {
namespace {

#if defined(__x86_64__)
/// Whether the processor has AMX for bf16 and the system grants it: Linux keeps the 8 KiB of tile registers off until a
/// process asks for them (Documentation/x86/xstate.rst).
bool mayUseTiles() {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
  return __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") &&
         syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}
#endif

}  // namespace

std::vector<InstructionSet> availableInstructionSets() {
  std::vector<InstructionSet> sets{InstructionSet::Baseline};
#if defined(__x86_64__)
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (has_avx2) sets.push_back(InstructionSet::Avx2);
  if (has_avx2 && has_avx512) sets.push_back(InstructionSet::Avx512);
  const bool has_dots = __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni");
  if (has_avx2 && has_avx512 && has_dots) sets.push_back(InstructionSet::Avx512Bf16);
  if (has_avx2 && has_avx512 && has_dots && mayUseTiles()) sets.push_back(InstructionSet::Amx);
#endif
  return sets;
}

bool hasBfloat16Instructions() {
  const InstructionSet best = availableInstructionSets().back();
  return best == InstructionSet::Avx512Bf16 || best == InstructionSet::Amx;
}

const Kernels& kernelsFor(InstructionSet set, Precision precision) {
  const bool is_bf16 = precision == Precision::BFloat16;
  switch (set) {
#if defined(__x86_64__)
    case InstructionSet::Amx:
      if (is_bf16) return kAmxPairKernels;
      [[fallthrough]];
    case InstructionSet::Avx512Bf16:
      if (is_bf16) return kAvx512Bf16PairKernels;
      [[fallthrough]];
    case InstructionSet::Avx512:
      return is_bf16 ? kAvx512PairKernels : kAvx512Kernels;
    case InstructionSet::Avx2:
      return is_bf16 ? kAvx2PairKernels : kAvx2Kernels;
#else
    case InstructionSet::Amx:
    case InstructionSet::Avx512Bf16:
    case InstructionSet::Avx512:
    case InstructionSet::Avx2:
#endif
    case InstructionSet::Baseline:
      break;
  }
  return is_bf16 ? kBaselinePairKernels : kBaselineKernels;
}

}  // namespace limbeck::fused
