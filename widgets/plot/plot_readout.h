// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of a displayed plot in words: for the box under the mouse, for screen readers, for the clipboard.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <QString>
#include <cstddef>
#include <optional>
#include <vector>

#include "core/plot/label_layout.h"
#include "core/plot/plot_model.h"

namespace limbeck {

/// The point of a series that is read out.
struct ReadoutRow {
  std::size_t series = 0;
  std::size_t point = 0;
};

struct Readout {
  double x = 0.0;  ///< of the point nearest to where was asked
  std::vector<ReadoutRow> rows;
};

/// What the series (without members) are where a point within the axis lies nearest to x; empty when there is none. A
/// series that has ended before or begins later is not in it.
std::optional<Readout> readoutAt(const PlotModel& displayed, double x);

/// "in-context episode 62".
QString readoutHead(const PlotModel& displayed, const Readout& readout);
/// "14.22 [13.10, 15.04]", with as many decimals as the y axis' range calls for.
QString readoutValue(const PlotModel& displayed, const ReadoutRow& row);
/// "in-context episode 62: AD 14.22 [13.10, 15.04]; source 6.20".
QString readoutText(const PlotModel& displayed, const Readout& readout);

/// The place for a box of this size beside the vertical line through `anchor`: within `bounds`, and over none of
/// `points` as long as there is such a place.
QRectF readoutBox(const QPointF& anchor, const QSizeF& size, const QRectF& bounds, const std::vector<PlotBox>& points);

/// What lies within the axis, tab-separated: one line for each x, columns x, each series, and its band as "low" and
/// "high".
QString tableText(const PlotModel& displayed);

}  // namespace limbeck
