// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/experiment/run_estimate.h"
#include "core/experiment/sweep.h"

namespace limbeck {

/// What all points with so many seeds each will take together. A stage that several points share is done once, as the
/// runs do. Of very many points some are measured, and stand for the others. Throws what `estimateRun` throws.
RunEstimate estimateSweep(std::span<const SweepPoint> points, int seeds, Team& team, WorkControl& control);

}  // namespace limbeck
