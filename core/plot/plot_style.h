// SPDX-License-Identifier: GPL-3.0-or-later
// The light theme's colours, dashes and widths by role, one table for all writers. The role colours were measured with
// CIEDE2000 under simulated colour-vision deficiencies (worst pair 13.4) and for contrast on white (3.2 at least); dash
// and end marker repeat what the colour says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/plot/plot_model.h"

namespace limbeck {

enum class PlotMarker { Circle, Square, Triangle, Diamond };

struct PlotStyle {
  std::string_view colour_name;  ///< for formats that define colours: "limbeckAD"
  std::string_view colour;       ///< six hex digits, "005AA0"
  double width = 1.0;            ///< pixels
  std::vector<double> dash;      ///< lengths of dash and gap in pixels; empty is solid
  PlotMarker marker = PlotMarker::Circle;
};

/// `free_index` counts the series of role `Free` from 0; the colours come round after six.
PlotStyle plotStyle(PlotRole role, int free_index = 0);

/// The style of each series, [series]; a member's is that of its series, thin.
std::vector<PlotStyle> seriesStyles(const PlotModel& model);

inline constexpr std::string_view kTextColour = "24292F";
inline constexpr std::string_view kQuietTextColour = "5B6168";
inline constexpr std::string_view kGridColour = "E6E8EB";
inline constexpr std::string_view kAxisColour = "8A9097";
inline constexpr double kBandOpacity = 0.16;
inline constexpr double kMemberOpacity = 0.5;
inline constexpr double kMarkRadius = 5.0;
inline constexpr double kMarkWidth = 1.6;

}  // namespace limbeck
