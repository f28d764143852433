// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a plot as QPainter draws them, for the screen and for files.
#pragma once

#include <QColor>
#include <QFont>
#include <QPen>
#include <QPointF>
#include <QString>
#include <QStringList>
#include <string_view>
#include <vector>

#include "core/plot/plot_model.h"
#include "core/plot/plot_style.h"
#include "core/plot/svg_layout.h"

class QPainter;

namespace limbeck {

struct Theme;

/// The fonts that our files ask for, the best first.
QStringList plotFontFamilies();

/// The colour of each series in a theme, [series]; members have that of their series.
std::vector<QColor> seriesColours(const PlotModel& model, const Theme& theme);

/// `scale` widens line and dashes alike.
QPen linePen(const PlotStyle& style, const QColor& colour, double scale = 1.0);

/// The colour of a line: members are let through.
QColor lineColour(const PlotSeries& series, const QColor& colour);
QColor bandColour(const QColor& colour);

/// Draws a laid-out plot in the units of its layout. All that it borrows must outlive it.
class PlotDrawing {
 public:
  PlotDrawing(QPainter& painter, const PlotModel& displayed, const SvgLayout& layout, const Theme& theme,
              QStringList families);

  void drawTitleAndCaption();
  void drawAxes();
  /// Bands, reference lines and lines, clipped to the axes.
  void drawLines();
  /// Points between two gaps, which no line shows, end markers, published points and marks.
  void drawPoints();
  void drawLabels();

 private:
  QPointF at(double x, double y) const;
  QPointF limited(double x, double y) const;
  void drawText(std::string_view text, double left, double baseline, const Font& font, const QColor& colour,
                double anchor = 0.0);
  void drawBand(std::size_t index);
  void drawLine(std::size_t index);
  void drawReference(const ReferenceLine& line);
  void drawPublished(const PublishedPoint& point);
  void drawLonePoints(std::size_t index);
  void drawMarker(PlotMarker marker, const QPointF& at, const QColor& colour);
  void drawLabel(const PlacedLabel& label);
  QFont fontOf(const Font& font) const;
  QColor colourOf(const PlacedLabel& label) const;
  bool isInside(const QPointF& point) const;
  QRectF area() const;

  QPainter& painter_;
  const PlotModel& model_;
  const SvgLayout& layout_;
  const Theme& theme_;
  QStringList families_;
  std::vector<QColor> colours_;
};

}  // namespace limbeck
