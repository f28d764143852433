// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSizeF>

#include "core/plot/plot_model.h"

class QPainter;

namespace limbeck {

struct Theme;

/// The picture that svg_writer.h writes, painted: the same places, fonts and dashes, lines clipped to the axes, in the
/// theme's colours. `size` is in logical pixels of 1/96 inch with labels 13 of them high; scale the painter for more.
void paintPlot(QPainter& painter, const PlotModel& model, const QSizeF& size, const Theme& theme);

}  // namespace limbeck
