// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/model/fused/kernels.h"

namespace limbeck::fused {

enum class InstructionSet { Baseline, Avx2, Avx512 };

/// What this processor can run, slowest first.
std::vector<InstructionSet> availableInstructionSets();
/// `set` must be available.
const Kernels& kernelsFor(InstructionSet set);

}  // namespace limbeck::fused
