// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/plot_painter.h"

#include <QPainter>

#include "core/plot/svg_layout.h"
#include "widgets/base/theme.h"
#include "widgets/plot/plot_drawing.h"

namespace limbeck {

void paintPlot(QPainter& painter, const PlotModel& model, const QSizeF& size, const Theme& theme) {
  const PlotModel displayed = displayedModel(model);
  const SvgLayout layout = layOutPlot(displayed, size.width(), size.height());
  painter.save();
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  painter.fillRect(QRectF(QPointF(0.0, 0.0), size), theme.base);
  PlotDrawing drawing(painter, displayed, layout, theme, plotFontFamilies());
  drawing.drawTitleAndCaption();
  drawing.drawAxes();
  drawing.drawLines();
  drawing.drawPoints();
  drawing.drawLabels();
  painter.restore();
}

}  // namespace limbeck
