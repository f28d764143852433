// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/preview_signs.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace limbeck {
namespace {

QPainterPath diamond(QPointF centre, double reach) {
  QPainterPath path(centre + QPointF(0.0, -reach));
  path.lineTo(centre + QPointF(reach, 0.0));
  path.lineTo(centre + QPointF(0.0, reach));
  path.lineTo(centre + QPointF(-reach, 0.0));
  path.closeSubpath();
  return path;
}

/// Half of a cell, as `paintPair` fills it where cells are small.
QRectF halfOf(const QRectF& cell, double pixel, PreviewSign sign) {
  const double half = std::floor(cell.width() / pixel / 2.0) * pixel;
  return sign == PreviewSign::Key ? QRectF(cell.left(), cell.top(), half, cell.height())
                                  : QRectF(cell.left() + half, cell.top(), cell.width() - half, cell.height());
}

}  // namespace

QColor signColour(PreviewSign sign, const Theme& theme) {
  switch (sign) {
    case PreviewSign::HeldOut:
    case PreviewSign::HeldOutPlatform:
    case PreviewSign::Key:
      return theme.accent;
    case PreviewSign::Validation:
      return theme.role(PlotRole::Free, 4);
    case PreviewSign::Door:
      return theme.role(PlotRole::Free, 5);
    case PreviewSign::None:
    case PreviewSign::Training:
    case PreviewSign::Goal:
    case PreviewSign::Start:
      break;
  }
  return theme.quiet_text;
}

void paintSmallSign(QPainter& painter, const QRectF& cell, double pixel, PreviewSign sign, const Theme& theme) {
  const QColor colour = signColour(sign, theme);
  const double pixels = std::round(cell.width() / pixel);
  const double third = std::max(1.0, std::floor(pixels / 3.0)) * pixel;
  const double inset = std::floor((pixels - third / pixel) / 2.0) * pixel;
  const QRectF middle(cell.left() + inset, cell.top() + inset, third, third);
  if (sign == PreviewSign::HeldOut) {
    painter.fillRect(cell, colour);
  } else if (sign == PreviewSign::Validation) {
    painter.fillRect(QRectF(cell.left(), middle.top(), cell.width(), third), colour);
    painter.fillRect(QRectF(middle.left(), cell.top(), third, cell.height()), colour);
  } else {
    painter.fillRect(middle, colour);
  }
}

void paintSign(QPainter& painter, const QRectF& cell, PreviewSign sign, double share, const Theme& theme) {
  const double side = cell.width();
  const QColor colour = signColour(sign, theme);
  QPainterPath path;
  switch (sign) {
    case PreviewSign::None:
    case PreviewSign::Goal:
    case PreviewSign::Start:
      return;
    case PreviewSign::Training:
      path.addEllipse(cell.center(), side * 0.12, side * 0.12);
      break;
    case PreviewSign::Validation:
      path = diamond(cell.center(), side * 0.3);
      break;
    case PreviewSign::HeldOut: {
      const double half = side * 0.27;
      const QRectF square(cell.center() - QPointF(half, half), QSizeF(2.0 * half, 2.0 * half));
      QColor inside = colour;
      inside.setAlphaF(0.25F);
      painter.fillRect(square, inside);
      path.addRect(square);
      painter.strokePath(path, QPen(colour, std::max(1.4, side * 0.11), Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
      return;
    }
    case PreviewSign::HeldOutPlatform: {
      path.addEllipse(cell.center(), side * 0.5, side * 0.5);
      QColor inside = colour;
      inside.setAlphaF(0.2F);
      painter.fillPath(path, inside);
      painter.strokePath(path, QPen(colour, 1.4));
      return;
    }
    case PreviewSign::Key:
      path = diamond(cell.center(), side * 0.5 * share);
      break;
    case PreviewSign::Door: {
      const double half = side * 0.36 * share;
      path.addRect(QRectF(cell.center() - QPointF(half, half), QSizeF(2.0 * half, 2.0 * half)));
      break;
    }
  }
  painter.fillPath(path, colour);
}

void paintPair(QPainter& painter, const BoardGeometry& geometry, const QRectF& cell, double key_share,
               double door_share, const Theme& theme) {
  if (geometry.cell / geometry.pixel < kSmallCell) {
    const auto fill = [&](PreviewSign sign, double share) {
      QColor colour = signColour(sign, theme);
      colour.setAlphaF(static_cast<float>(share));
      painter.fillRect(halfOf(cell, geometry.pixel, sign), colour);
    };
    fill(PreviewSign::Key, key_share);
    fill(PreviewSign::Door, door_share);
    return;
  }
  const double side = cell.width() * 0.5;
  const QSizeF size(side, side);
  const double margin = cell.width() * 0.05;
  painter.setRenderHint(QPainter::Antialiasing);
  paintSign(painter, QRectF(cell.topLeft() + QPointF(margin, margin), size), PreviewSign::Key, std::sqrt(key_share),
            theme);
  paintSign(painter, QRectF(cell.bottomRight() - QPointF(side + margin * 0.4, side + margin * 0.4), size),
            PreviewSign::Door, std::sqrt(door_share), theme);
}

void paintLegendSign(QPainter& painter, const QRectF& place, double pixel, PreviewSign sign, bool is_small,
                     const Theme& theme) {
  painter.setRenderHint(QPainter::Antialiasing, !is_small && sign != PreviewSign::Start);
  const BoardGeometry cell{place.topLeft(), place.width(), pixel, {1, 1}};
  if (sign == PreviewSign::Start) {
    paintStart(painter, cell, QPoint(0, 0), theme);
  } else if (sign == PreviewSign::Goal) {
    paintMarker(painter, cell, {{TaskMarker::Kind::Goal, 0, 0}, false}, theme);
  } else if (!is_small) {
    paintSign(painter, place, sign, 1.0, theme);
  } else if (sign == PreviewSign::Key || sign == PreviewSign::Door) {
    painter.fillRect(place, theme.cell);
    painter.fillRect(halfOf(place, pixel, sign), signColour(sign, theme));
  } else if (sign != PreviewSign::None) {
    paintSmallSign(painter, place, pixel, sign, theme);
  }
}

}  // namespace limbeck
