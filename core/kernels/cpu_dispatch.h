// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/kernels/kernels.h"
#include "core/kernels/precision.h"

namespace limbeck::fused {

enum class InstructionSet { Baseline, Avx2, Avx512, Avx512Bf16, Amx };

/// What this processor can run, slowest first.
std::vector<InstructionSet> availableInstructionSets();
/// Whether bf16 products are faster than float32 here: without instructions for them they are slower.
bool hasBfloat16Instructions();
/// `set` must be available. Where a set brings nothing for `precision`, the kernels are those of the set below.
const Kernels& kernelsFor(InstructionSet set, Precision precision);

}  // namespace limbeck::fused
