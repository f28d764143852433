// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/plot_drawing.h"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>
#include <algorithm>
#include <utility>

#include "core/plot/finite_runs.h"
#include "widgets/base/text.h"
#include "widgets/base/theme.h"

namespace limbeck {
namespace {

constexpr double kBaselineShare = 0.36;  // how far below a line's middle its letters stand, in font sizes
constexpr double kMarkerRadius = 4.2;
constexpr double kMarkerRim = 1.2;
constexpr double kLabelRim = 3.0;
constexpr double kFarAway = 1e5;  // clipped anyway; the rasteriser loses precision far beyond

QPolygonF markerShape(PlotMarker marker, const QPointF& at) {
  const double r = kMarkerRadius;
  switch (marker) {
    case PlotMarker::Square:
      return QRectF(at - QPointF(0.9 * r, 0.9 * r), QSizeF(1.8 * r, 1.8 * r));
    case PlotMarker::Triangle:
      return QPolygonF{{at + QPointF(0, -1.2 * r), at + QPointF(1.15 * r, 0.8 * r), at + QPointF(-1.15 * r, 0.8 * r)}};
    case PlotMarker::Circle:
    case PlotMarker::Diamond:
      break;
  }
  return QPolygonF{
      {at + QPointF(0, -1.2 * r), at + QPointF(1.2 * r, 0), at + QPointF(0, 1.2 * r), at + QPointF(-1.2 * r, 0)}};
}

}  // namespace

QStringList plotFontFamilies() {
  return {QStringLiteral("DejaVu Sans"), QStringLiteral("Verdana"), QStringLiteral("Helvetica"),
          QStringLiteral("Arial"), QStringLiteral("sans-serif")};
}

std::vector<QColor> seriesColours(const PlotModel& model, const Theme& theme) {
  std::vector<QColor> colours;
  int free_index = 0;
  for (const PlotSeries& series : model.series) {
    if (series.is_member && !colours.empty()) {
      colours.push_back(colours.back());
      continue;
    }
    colours.push_back(theme.role(series.role, free_index));
    if (series.role == PlotRole::Free) ++free_index;
  }
  return colours;
}

QPen linePen(const PlotStyle& style, const QColor& colour, double scale) {
  QPen pen(colour, style.width * scale);
  pen.setJoinStyle(Qt::RoundJoin);
  pen.setCapStyle(style.dash.empty() ? Qt::RoundCap : Qt::FlatCap);
  if (style.dash.empty()) return pen;
  QList<qreal> lengths;  // in widths of the line
  for (const double length : style.dash) lengths.append(length / style.width);
  pen.setDashPattern(lengths);
  return pen;
}

QColor lineColour(const PlotSeries& series, const QColor& colour) {
  QColor out = colour;
  if (series.is_member) out.setAlphaF(static_cast<float>(kMemberOpacity));
  return out;
}

QColor bandColour(const QColor& colour) {
  QColor out = colour;
  out.setAlphaF(static_cast<float>(kBandOpacity));
  return out;
}

PlotDrawing::PlotDrawing(QPainter& painter, const PlotModel& displayed, const SvgLayout& layout, const Theme& theme,
                         QStringList families)
    : painter_(painter),
      model_(displayed),
      layout_(layout),
      theme_(theme),
      families_(std::move(families)),
      colours_(seriesColours(displayed, theme)) {}

QPointF PlotDrawing::at(double x, double y) const {
  return {layout_.toX(model_, x), layout_.toY(model_, y)};
}

QPointF PlotDrawing::limited(double x, double y) const {
  const QPointF point = at(x, y);
  return {std::clamp(point.x(), -kFarAway, kFarAway), std::clamp(point.y(), -kFarAway, kFarAway)};
}

QRectF PlotDrawing::area() const {
  return {layout_.area.left, layout_.area.top, layout_.area.width(), layout_.area.height()};
}

bool PlotDrawing::isInside(const QPointF& point) const {
  return layout_.area.contains({point.x(), point.y()});
}

QFont PlotDrawing::fontOf(const Font& font) const {
  QFont out(families_);
  out.setPixelSize(static_cast<int>(font.size));
  out.setBold(font.is_bold);
  return out;
}

void PlotDrawing::drawText(std::string_view text, double left, double baseline, const Font& font, const QColor& colour,
                           double anchor) {
  const QString words = toQString(text);
  painter_.setFont(fontOf(font));
  painter_.setPen(colour);
  const double width = anchor == 0.0 ? 0.0 : QFontMetricsF(painter_.font()).horizontalAdvance(words);
  painter_.drawText(QPointF(left - anchor * width, baseline), words);
}

void PlotDrawing::drawTitleAndCaption() {
  double baseline = kTitleFont.size * 0.9 + 14.0;
  for (const std::string& line : layout_.title) {
    drawText(line, layout_.margin, baseline, kTitleFont, theme_.text);
    baseline += kTitleFont.size * kLineSpacing;
  }
  baseline =
      layout_.height - 14.0 - kCaptionFont.size * kLineSpacing * (static_cast<double>(layout_.caption.size()) - 1.0);
  for (const std::string& line : layout_.caption) {
    drawText(line, layout_.margin, baseline, kCaptionFont, theme_.quiet_text);
    baseline += kCaptionFont.size * kLineSpacing;
  }
}

void PlotDrawing::drawAxes() {
  const PlotBox& box = layout_.area;
  painter_.save();
  painter_.setRenderHint(QPainter::Antialiasing, false);  // Level lines are sharp.
  painter_.setPen(QPen(theme_.grid, 1.0));
  for (const double value : layout_.y_ticks.values) {
    const double y = layout_.toY(model_, value);
    painter_.drawLine(QPointF(box.left, y), QPointF(box.right, y));
  }
  painter_.setPen(QPen(theme_.border, 1.0));
  painter_.drawLine(QPointF(box.left, box.bottom), QPointF(box.right, box.bottom));
  for (const double value : layout_.x_ticks.values) {
    const double x = layout_.toX(model_, value);
    painter_.drawLine(QPointF(x, box.bottom), QPointF(x, box.bottom + 5.0));
  }
  painter_.restore();
  for (const double value : layout_.y_ticks.values) {
    drawText(layout_.y_ticks.label(value), box.left - 8.0, layout_.toY(model_, value) + kTickFont.size * kBaselineShare,
             kTickFont, theme_.quiet_text, 1.0);
  }
  for (const double value : layout_.x_ticks.values) {
    drawText(layout_.x_ticks.label(value), layout_.toX(model_, value), box.bottom + 19.0, kTickFont, theme_.quiet_text,
             0.5);
  }
  drawText(model_.y_axis.label, layout_.margin, layout_.title_bottom + kAxisFont.size, kAxisFont, theme_.quiet_text);
  drawText(model_.x_axis.label, (box.left + box.right) / 2, layout_.x_label_baseline, kAxisFont, theme_.quiet_text,
           0.5);
}

void PlotDrawing::drawLines() {
  painter_.save();
  painter_.setClipRect(area(), Qt::IntersectClip);
  for (std::size_t i = model_.series.size(); i-- > 0;) drawBand(i);
  for (const ReferenceLine& line : model_.reference_lines) drawReference(line);
  // The first series is the one that the plot is about: it is drawn last, over the others.
  for (std::size_t i = model_.series.size(); i-- > 0;) drawLine(i);
  painter_.restore();
}

void PlotDrawing::drawBand(std::size_t index) {
  const PlotSeries& series = model_.series[index];
  if (!series.band) return;
  std::vector<double> both(series.x.size());
  for (std::size_t i = 0; i < both.size(); ++i) both[i] = series.band->low[i] + series.band->high[i];
  painter_.setPen(Qt::NoPen);
  painter_.setBrush(bandColour(colours_[index]));
  for (const auto& [begin, end] : finiteRuns(both)) {
    QPolygonF outline;
    for (std::size_t i = begin; i < end; ++i) outline << limited(series.x[i], series.band->high[i]);
    for (std::size_t i = end; i-- > begin;) outline << limited(series.x[i], series.band->low[i]);
    painter_.drawPolygon(outline);
  }
}

void PlotDrawing::drawLine(std::size_t index) {
  const PlotSeries& series = model_.series[index];
  painter_.setPen(linePen(layout_.styles[index], lineColour(series, colours_[index])));
  painter_.setBrush(Qt::NoBrush);
  for (const auto& [begin, end] : finiteRuns(series.y)) {
    QPolygonF line;
    for (std::size_t i = begin; i < end; ++i) line << limited(series.x[i], series.y[i]);
    if (line.size() > 1) painter_.drawPolyline(line);
  }
}

void PlotDrawing::drawReference(const ReferenceLine& line) {
  const double y = limited(model_.x_axis.min, line.y).y();
  painter_.setPen(linePen(plotStyle(line.role), theme_.role(line.role)));
  painter_.drawLine(QPointF(layout_.area.left, y), QPointF(layout_.area.right, y));
}

void PlotDrawing::drawPoints() {
  for (std::size_t i = model_.series.size(); i-- > 0;) {
    const PlotSeries& series = model_.series[i];
    drawLonePoints(i);
    if (series.is_member || !hasPoints(series)) continue;
    const PlotPosition last = lastPoint(series);
    if (isInside(at(last.x, last.y))) drawMarker(layout_.styles[i].marker, at(last.x, last.y), colours_[i]);
  }
  for (const PublishedPoint& point : model_.published_points) {
    if (isInside(at(point.x, point.y))) drawPublished(point);
  }
  for (const PlotMark& mark : model_.marks) {
    const QPointF place = at(mark.x, mark.y);
    if (!isInside(place)) continue;
    painter_.setPen(QPen(theme_.role(mark.role), kMarkWidth));
    painter_.setBrush(theme_.base);
    painter_.drawEllipse(place, kMarkRadius, kMarkRadius);
  }
}

void PlotDrawing::drawPublished(const PublishedPoint& point) {
  if (point.error > 0.0) {
    painter_.setPen(QPen(theme_.text, 1.0));
    painter_.drawLine(limited(point.x, point.y - point.error), limited(point.x, point.y + point.error));
  }
  drawMarker(PlotMarker::Diamond, at(point.x, point.y), theme_.text);
}

void PlotDrawing::drawLonePoints(std::size_t index) {
  const PlotSeries& series = model_.series[index];
  painter_.setPen(Qt::NoPen);
  painter_.setBrush(lineColour(series, colours_[index]));
  const double radius = layout_.styles[index].width / 2.0;
  for (const auto& [begin, end] : finiteRuns(series.y)) {
    const QPointF place = at(series.x[begin], series.y[begin]);
    if (end == begin + 1 && isInside(place)) painter_.drawEllipse(place, radius, radius);
  }
}

void PlotDrawing::drawMarker(PlotMarker marker, const QPointF& at, const QColor& colour) {
  painter_.setPen(QPen(theme_.base, kMarkerRim));
  painter_.setBrush(colour);
  if (marker == PlotMarker::Circle) {
    painter_.drawEllipse(at, kMarkerRadius, kMarkerRadius);
  } else {
    painter_.drawPolygon(markerShape(marker, at));
  }
}

void PlotDrawing::drawLabels() {
  for (const PlacedLabel& label : layout_.labels) drawLabel(label);
}

QColor PlotDrawing::colourOf(const PlacedLabel& label) const {
  if (label.series >= 0) return colours_[static_cast<std::size_t>(label.series)];
  return label.role ? theme_.role(*label.role) : theme_.text;
}

void PlotDrawing::drawLabel(const PlacedLabel& label) {
  const QColor colour = colourOf(label);
  if (label.has_leader) {
    QColor faint = colour;
    faint.setAlphaF(0.6F);
    painter_.setPen(QPen(faint, 0.8));
    painter_.drawLine(QPointF(label.anchor.x + 1.0, label.anchor.y),
                      QPointF(label.box.left - 3.0, (label.box.top + label.box.bottom) / 2));
  }
  double baseline = label.box.top + label.font.size * (kLineSpacing / 2 + kBaselineShare);
  for (const std::string& line : label.lines) {
    if (label.box.left < layout_.area.right) {  // It may lie over a line: a rim keeps it readable.
      QPainterPath letters;
      letters.addText(label.box.left, baseline, fontOf(label.font), toQString(line));
      painter_.strokePath(letters, QPen(theme_.base, kLabelRim, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    }
    drawText(line, label.box.left, baseline, label.font, colour);
    baseline += label.font.size * kLineSpacing;
  }
}

}  // namespace limbeck
