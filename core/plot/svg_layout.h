// SPDX-License-Identifier: GPL-3.0-or-later
// Where everything of a plot lies on the picture, in pixels; svg_writer.h only writes it down.
#pragma once

#include <optional>
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
  int series = -1;               ///< what it names: a series of the model, ...
  std::optional<PlotRole> role;  ///< ... or something of this role; neither for a published point
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
  double margin = 0.0;
  double x_label_baseline = 0.0;
  std::vector<PlotStyle> styles;  ///< [series]
  std::vector<PlacedLabel> labels;

  double toX(const PlotModel& model, double x) const;
  double toY(const PlotModel& model, double y) const;
};

/// Room around the plot, in pixels.
struct LayoutRoom {
  double margin = 16.0;
  double above = 12.0;          ///< between the y axis' label and the plot
  double x_label_below = 38.0;  ///< from the plot down to the base of the x axis' label
  double below = 45.25;         ///< from the plot down to the caption
  double x_tick = 70.0;         ///< the least distance of two ticks
  double y_tick = 42.0;
};
/// For a panel of a window, where every pixel of height counts.
inline constexpr LayoutRoom kPanelRoom{
    .margin = 6.0, .above = 7.0, .x_label_below = 33.0, .below = 37.0, .x_tick = 50.0, .y_tick = 30.0};

/// `model` as `displayedModel` made it. Throws BugError for an axis without extent. What lies outside the axes gets no
/// label.
SvgLayout layOutPlot(const PlotModel& model, double width, double height, const LayoutRoom& room = {});

/// The last point of a series that is finite; the series has one.
PlotPosition lastPoint(const PlotSeries& series);
bool hasPoints(const PlotSeries& series);

}  // namespace limbeck
