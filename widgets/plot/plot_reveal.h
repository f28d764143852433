// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plot/plot_model.h"

namespace limbeck {

/// `displayed` as a film shows it at x: lines and bands up to x, what lies beyond as thin lines, marks once they are
/// reached. The axes stay. The series double: each is followed by its own continuation as a member.
PlotModel revealedTo(const PlotModel& displayed, double x);

}  // namespace limbeck
