// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "app/cli/bench_timer.h"
#include "core/base/team.h"

namespace limbeck::cli {

/// Measures the three stages on real work: Q-learning in the Dark Room, training steps and cached decoding of the small
/// (S: 4 layers, width 64) and the middle (M: 4 layers, width 128) transformer, on the fused CPU core and on LibTorch
/// in the same run.
std::vector<BenchResult> runBenchCases(Team& team, int repetitions);

}  // namespace limbeck::cli
