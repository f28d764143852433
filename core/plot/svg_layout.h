// SPDX-License-Identifier: GPL-3.0-or-later
// Where everything of a plot lies on the picture, in pixels; svg_writer.h only writes it down.
#pragma once

#include <string>
#include <vector>

#include "core/plot/label_layout.h"
#include "core/plot/plot_model.h"
#include "core/plot/plot_style.h"
#include "core/plot/text_metrics.h"
#include "core/plot/ticks.h"

namespace limbeck {

inline constexpr Font kTitleFont{16.0, true};
inline constexpr Font kAxisFont{13.0, false};
inline constexpr Font kTickFont{12.0, false};
inline constexpr Font kLabelFont{13.0, false};
inline constexpr Font kStrongLabelFont{13.0, true};
inline constexpr Font kCaptionFont{11.0, false};
inline constexpr double kLineSpacing = 1.25;

/// The label of a line or point.
struct PlacedLabel {
  std::vector<std::string> lines;
  Font font = kLabelFont;
  std::string colour;
  PlotPosition anchor;      ///< what it names
  PlotBox box;              ///< where it stands
  bool has_leader = false;  ///< a thin line leads from the anchor to it, because it had to move away
};

struct SvgLayout {
  double width = 0.0;
  double height = 0.0;
  PlotBox area;  ///< the rectangle between the axes
  Ticks x_ticks;
  Ticks y_ticks;
  std::vector<std::string> title;
  std::vector<std::string> caption;
  double title_bottom = 0.0;
  std::vector<PlotStyle> styles;  ///< [series]
  std::vector<PlacedLabel> labels;

  double toX(const PlotModel& model, double x) const;
  double toY(const PlotModel& model, double y) const;
};

/// `model` as `displayedModel` made it. Throws BugError for an axis without extent.
SvgLayout layOutPlot(const PlotModel& model, double width, double height);

/// The last point of a series that is finite; the series has one.
PlotPosition lastPoint(const PlotSeries& series);
bool hasPoints(const PlotSeries& series);

}  // namespace limbeck
