// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/plot/plot_model.h"

namespace limbeck {

/// What is drawn, number by number, one point a line: `kind,name,x,y,low,high,source`, where kind is series, member,
/// reference, published or mark. Fields by RFC 4180 with "\n"; an empty number is a gap or does not apply; numbers read
/// back as the very same double.
std::string csvText(const PlotModel& model);

/// The same columns with all recorded points: neither smoothed nor thinned out, whatever the axes show.
std::string allPointsCsv(const PlotModel& model);

}  // namespace limbeck
