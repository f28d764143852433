// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/base/work_control.h"
#include "core/env/environment.h"
#include "core/meta/rl2_options.h"
#include "core/model/sequence_model.h"

namespace limbeck {

/// Seconds that an update of RL² takes on this machine, measured on two of them. Throws Cancelled.
double probeRl2(SequenceModel& model, const Environment& environment, std::span<const TaskId> tasks,
                const Rl2Options& options, const WorkControl& control);

}  // namespace limbeck
