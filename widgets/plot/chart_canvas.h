// SPDX-License-Identifier: GPL-3.0-or-later
// All that knows Qt Charts, so that it can be exchanged: Qt calls the module deprecated since 6.10.
#pragma once

#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <memory>
#include <vector>

#include "core/plot/plot_model.h"

class QPainter;

namespace limbeck {

struct Theme;

/// The lines and bands of a plot between its axes; the axes themselves and all text are drawn by PlotDrawing.
class ChartCanvas {
 public:
  ChartCanvas();
  ~ChartCanvas();
  ChartCanvas(const ChartCanvas&) = delete;
  ChartCanvas& operator=(const ChartCanvas&) = delete;

  /// Takes over what is displayed. As long as the number of series and of gaps stays, this is one replace() for each
  /// line. `area`: the rectangle between the axes within a picture of `size`; `scale` widens lines and dashes.
  void setContents(const PlotModel& displayed, const Theme& theme, const QSizeF& size, const QRectF& area,
                   double scale);
  /// Paints the picture at the painter's origin, without a background.
  void paint(QPainter& painter);

  /// Where the chart puts a value.
  QPointF toPixels(double x, double y) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limbeck
