// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/plot/plot_model.h"

namespace limbeck {

enum class LengthUnit { Pixel, Millimetre };

/// CSS pixels, made smaller by a quarter: labels of 7 pt, as papers have them, instead of 10.
inline constexpr double kPixelsPerMillimetre = 96.0 / 25.4 / 0.75;

struct SvgOptions {
  double width = 860.0;  ///< of the whole picture, in `unit`
  double height = 480.0;
  LengthUnit unit = LengthUnit::Pixel;  ///< labels are 13 px high on screens, 7 pt in millimetres (for print)
  std::string id_prefix{};              ///< of every id: several pictures in one HTML page must not share them
};

/// The plot as a self-contained SVG 1.1 document on white: lines clipped to the axes, bands under them, every line
/// labelled at its right end. The same model gives the same bytes. Line s is the path with id "series-s", its band
/// "band-s"; the axes' pixels are in the `<rect id="plot-area">`.
std::string svgText(const PlotModel& model, const SvgOptions& options = {});

}  // namespace limbeck
