// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "core/base/team.h"

namespace limbeck::torch_backend {

/// LibTorch and its BLAS work with `threads` threads on what the calling thread asks of them from now on.
void useThreads(int threads);

/// Runs `work` on every worker of the team. The team's threads are the parallelism; a second pool under each of them
/// would only fight, so each works alone.
void runOnTeam(Team& team, const std::function<void(int worker)>& work);

}  // namespace limbeck::torch_backend
