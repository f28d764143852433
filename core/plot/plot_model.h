// SPDX-License-Identifier: GPL-3.0-or-later
// What a plot shows, in numbers and words and without a toolkit. The window's painter and the SVG, PGFPlots and CSV
// writers all draw this one model, so that an exported figure or table says what the screen says.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace limbeck {

/// What a series is, which settles its colour, dash and width everywhere (plot_style.h).
enum class PlotRole { AD, Source, ExpertDistillation, Control, Random, Optimum, Free };

/// A range of values with its name. Ticks are made from the range (ticks.h).
struct PlotAxis {
  std::string label;  ///< with the unit: "in-context episode"
  double min = 0.0;
  double max = 1.0;
};

/// The edges of an interval around a series, one entry per point.
struct PlotBand {
  std::vector<double> low;
  std::vector<double> high;
  std::string meaning;  ///< for the caption: "95 % bootstrap interval"
};

/// A line through points with ascending x. A point that is not finite is a gap: the line ends before it and begins
/// again after it.
struct PlotSeries {
  std::string name;
  PlotRole role = PlotRole::Free;
  std::vector<double> x;
  std::vector<double> y;
  std::optional<PlotBand> band;
};

/// A level to compare with, drawn across the whole plot: the optimum, the random policy.
struct ReferenceLine {
  std::string name;
  PlotRole role = PlotRole::Optimum;
  double y = 0.0;
};

/// A number from a paper, drawn as a diamond.
struct PublishedPoint {
  double x = 0.0;
  double y = 0.0;
  std::string label;
  std::string source;  ///< "Laskin et al. 2023, figure 4"
};

struct PlotModel {
  std::string title;
  PlotAxis x_axis;
  PlotAxis y_axis;
  std::vector<PlotSeries> series;
  std::vector<ReferenceLine> reference_lines;
  std::vector<PublishedPoint> published_points;
  /// Width of the centred moving mean, in units of x; 0 draws the values as they are. Applied to all points, before any
  /// are thinned out; it is named in the caption.
  double smoothing_window = 0.0;
  std::string caption;  ///< one line under the plot: tasks, seeds, what the band means
};

/// The axis range that holds all series, bands, lines and points, widened to whole ticks; 0 is the lower end when no
/// value is below it. Sets `x_axis` and `y_axis` but for their labels.
void fitAxes(PlotModel& model);

/// What is drawn: smoothed and thinned out to `kMaxDisplayedPoints` per series, with the caption completed. Idempotent:
/// its own result has `smoothing_window` 0. Throws BugError when x, y and band differ in length or x does not ascend.
PlotModel displayedModel(const PlotModel& model);

inline constexpr int kMaxDisplayedPoints = 600;

}  // namespace limbeck
