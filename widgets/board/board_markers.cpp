// SPDX-License-Identifier: GPL-3.0-or-later
// The signs on a board: what a task hides, where episodes begin, who an agent is. Each has a shape of its own.
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "core/plot/plot_style.h"
#include "widgets/board/board_painter.h"

namespace limbeck {
namespace {

constexpr double kSmallCell = 12.0;  // device pixels; below, a sign would not be told from another within its cell

/// A frame of whole device pixels, which stays crisp at any scale.
void fillFrame(QPainter& painter, const QRectF& outer, double width, const QColor& colour) {
  painter.fillRect(QRectF(outer.left(), outer.top(), outer.width(), width), colour);
  painter.fillRect(QRectF(outer.left(), outer.bottom() - width, outer.width(), width), colour);
  painter.fillRect(QRectF(outer.left(), outer.top() + width, width, outer.height() - 2.0 * width), colour);
  painter.fillRect(QRectF(outer.right() - width, outer.top() + width, width, outer.height() - 2.0 * width), colour);
}

/// A dark frame around a light one, and the same as a dot in the middle.
void paintGoal(QPainter& painter, const BoardGeometry& geometry, const QRectF& cell, const Theme& theme) {
  const double pixels = geometry.cell / geometry.pixel;
  const double line = std::max(std::round(1.0 / geometry.pixel), std::round(pixels * 0.085)) * geometry.pixel;
  const QRectF outer = pixels < kSmallCell ? cell.adjusted(-2.0 * line, -2.0 * line, 2.0 * line, 2.0 * line) : cell;
  painter.setRenderHint(QPainter::Antialiasing, false);
  fillFrame(painter, outer, line, theme.goal_outer);
  fillFrame(painter, outer.adjusted(line, line, -line, -line), line, theme.goal_inner);
  painter.setRenderHint(QPainter::Antialiasing);
  if (pixels < kSmallCell) return;
  QPainterPath dot;
  dot.addEllipse(cell.center(), geometry.cell * 0.1, geometry.cell * 0.1);
  painter.strokePath(dot, QPen(theme.goal_outer, std::max(1.6, 2.0 * line)));
  painter.fillPath(dot, theme.goal_inner);
}

/// In a square from -0.5 to 0.5: bow, shaft and two teeth.
QPainterPath keyPath() {
  QPainterPath bow;
  bow.addEllipse(QPointF(-0.21, 0.0), 0.21, 0.21);
  QPainterPath hole;
  hole.addEllipse(QPointF(-0.21, 0.0), 0.085, 0.085);
  QPainterPath shaft;
  shaft.addRect(QRectF(-0.06, -0.07, 0.5, 0.14));
  QPainterPath teeth;
  teeth.addRect(QRectF(0.15, 0.0, 0.1, 0.22));
  teeth.addRect(QRectF(0.34, 0.0, 0.1, 0.26));
  return bow.united(shaft).united(teeth).subtracted(hole);
}

/// An arch with its handle left out.
QPainterPath doorPath() {
  QPainterPath arch(QPointF(-0.27, 0.4));
  arch.lineTo(-0.27, -0.13);
  arch.arcTo(QRectF(-0.27, -0.4, 0.54, 0.54), 180.0, -180.0);
  arch.lineTo(0.27, 0.4);
  arch.closeSubpath();
  QPainterPath handle;
  handle.addEllipse(QPointF(0.13, 0.06), 0.06, 0.06);
  return arch.subtracted(handle);
}

void paintGlyph(QPainter& painter, const BoardGeometry& geometry, const QRectF& cell, const QPainterPath& unit,
                const Theme& theme) {
  const double side = std::max(geometry.cell * 0.9, 11.0);
  QTransform place;
  place.translate(cell.center().x(), cell.center().y());
  place.scale(side, side);
  const QPainterPath path = place.map(unit);
  painter.strokePath(path,
                     QPen(theme.goal_outer, std::max(2.0, side * 0.13), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.fillPath(path, theme.goal_inner);
}

}  // namespace

QPainterPath roleShape(PlotRole role, QPointF centre, double radius) {
  QPainterPath path;
  switch (plotStyle(role).marker) {
    case PlotMarker::Circle:
      path.addEllipse(centre, radius, radius);
      break;
    case PlotMarker::Square: {
      const double half = radius * 0.9;
      path.addRect(QRectF(centre.x() - half, centre.y() - half, 2.0 * half, 2.0 * half));
      break;
    }
    case PlotMarker::Triangle: {
      // Its weight stays in the centre: two thirds of its height lie below the top corner.
      const double height = radius * 2.05;
      path.moveTo(centre + QPointF(0.0, -height * 0.6));
      path.lineTo(centre + QPointF(radius * 1.15, height * 0.4));
      path.lineTo(centre + QPointF(-radius * 1.15, height * 0.4));
      path.closeSubpath();
      break;
    }
    case PlotMarker::Diamond: {
      const double reach = radius * 1.22;
      path.moveTo(centre + QPointF(0.0, -reach));
      path.lineTo(centre + QPointF(reach, 0.0));
      path.lineTo(centre + QPointF(0.0, reach));
      path.lineTo(centre + QPointF(-reach, 0.0));
      path.closeSubpath();
      break;
    }
  }
  return path;
}

void paintMarker(QPainter& painter, const BoardGeometry& geometry, const BoardMarker& marker, const Theme& theme) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  if (marker.is_done) painter.setOpacity(0.4);
  const QRectF cell = geometry.cellRect(QPoint(marker.marker.x, marker.marker.y));
  switch (marker.marker.kind) {
    case TaskMarker::Kind::Goal:
      paintGoal(painter, geometry, cell, theme);
      break;
    case TaskMarker::Kind::Key:
      paintGlyph(painter, geometry, cell, keyPath(), theme);
      break;
    case TaskMarker::Kind::Door:
      paintGlyph(painter, geometry, cell, doorPath(), theme);
      break;
  }
  painter.restore();
}

void paintStart(QPainter& painter, const BoardGeometry& geometry, QPoint cell, const Theme& theme) {
  const double pixels = geometry.cell / geometry.pixel;
  const double line = std::max(1.0, std::round(pixels * 0.05)) * geometry.pixel;
  const double inset = pixels < kSmallCell ? 0.0 : std::round(pixels * 0.14) * geometry.pixel;
  const double arm = std::max(2.0, std::round(pixels * 0.22)) * geometry.pixel;
  const QRectF rect = geometry.cellRect(cell).adjusted(inset, inset, -inset, -inset);
  for (const bool is_right : {false, true}) {
    for (const bool is_bottom : {false, true}) {
      const double x = is_right ? rect.right() : rect.left();
      const double y = is_bottom ? rect.bottom() : rect.top();
      painter.fillRect(QRectF(is_right ? x - arm : x, is_bottom ? y - line : y, arm, line), theme.quiet_text);
      painter.fillRect(QRectF(is_right ? x - line : x, is_bottom ? y - arm : y, line, arm), theme.quiet_text);
    }
  }
}

}  // namespace limbeck
