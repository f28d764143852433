// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/experiment/seed_outcome.h"

namespace limbeck {

/// The bootstrap has a seed of its own, so that the same data give the same intervals whatever the run's seed.
inline constexpr Seed kBootstrapSeed{20221025};

/// One policy's evaluation in each seed that has it, [seeds]. The play of "random" and "optimum", whose expected
/// returns are known exactly, is on the streams of "ad": its only uncertainty is the choice of tasks.
std::vector<ScoredEvaluation> evaluationsOf(const std::vector<SeedOutcome>& seeds, const std::string& policy);

}  // namespace limbeck
