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
  /// One of what the nearest series before it that is no member sums up, say one of its seeds: a thin line in its
  /// colour, without label, end marker and band.
  bool is_member = false;
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
  std::string source;       ///< "Laskin et al. 2022, figure 4"
  double error = 0.0;       ///< half the width of what is sure of y, drawn as a whisker; 0 for none
  bool shows_label = true;  ///< of a curve's points one is enough
};

/// A place on a line worth naming, drawn as a small ring: "80 % at 13". It stands on the displayed line of its role at
/// x; where there is none (or the role is Free) at y.
struct PlotMark {
  double x = 0.0;
  double y = 0.0;
  PlotRole role = PlotRole::Free;
  std::string label;
};

struct PlotModel {
  std::string title;
  PlotAxis x_axis;
  PlotAxis y_axis;
  std::vector<PlotSeries> series;
  std::vector<ReferenceLine> reference_lines;
  std::vector<PublishedPoint> published_points;
  std::vector<PlotMark> marks;
  /// Width of the centred moving mean, in units of x; 0 draws the values as they are. Applied to all points, before any
  /// are thinned out; it is named in the caption.
  double smoothing_window = 0.0;
  std::string caption;  ///< one line under the plot: tasks, seeds, what the band means
};

/// The axis range that holds all series, bands, lines and points, widened to whole ticks; 0 is the lower end when no
/// value is below it. Marks lie on lines and do not count. Sets `x_axis` and `y_axis` but for their labels.
void fitAxes(PlotModel& model);

/// What is drawn: smoothed and thinned out to `kMaxDisplayedPoints` per series, with the caption completed. Idempotent:
/// its own result has `smoothing_window` 0. Throws BugError when x, y and band differ in length or x does not ascend.
PlotModel displayedModel(const PlotModel& model);

/// What is drawn of the stretch x_min .. x_max: as `displayedModel`, but smoothed over all points and then thinned out
/// within the stretch only, in buckets that do not move with it. The x axis becomes the stretch; each line keeps one
/// point beyond either end, so that it reaches the edges. Marks and published points outside are left out.
PlotModel visibleModel(const PlotModel& model, double x_min, double x_max);

/// `model` without the points beyond its x axis: what a table of the visible range holds.
PlotModel withinAxis(const PlotModel& model);

inline constexpr int kMaxDisplayedPoints = 600;

}  // namespace limbeck
