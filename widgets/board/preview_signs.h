// SPDX-License-Identifier: GPL-3.0-or-later
// The signs of a drawn environment: which part of the split a task belongs to. Each has a shape and a colour of its
// own.
#pragma once

#include <QRectF>

#include "widgets/base/theme.h"
#include "widgets/board/board_painter.h"

class QPainter;

namespace limbeck {

enum class PreviewSign { None, Training, Validation, HeldOut, HeldOutPlatform, Goal, Key, Door, Start };

/// Below so many device pixels a cell, signs are made of whole pixels.
inline constexpr double kSmallCell = 9.0;

QColor signColour(PreviewSign sign, const Theme& theme);
/// `share`: how much of its full size a sign of pairs has.
void paintSign(QPainter& painter, const QRectF& cell, PreviewSign sign, double share, const Theme& theme);
/// A dot in the middle, a cross, the whole cell: told apart at three pixels.
void paintSmallSign(QPainter& painter, const QRectF& cell, double pixel, PreviewSign sign, const Theme& theme);
/// A key in the upper left and a door in the lower right of a cell; their areas are as their counts.
void paintPair(QPainter& painter, const BoardGeometry& geometry, const QRectF& cell, double key_share,
               double door_share, const Theme& theme);
/// As it stands on the board: in the form of small cells where those are drawn.
void paintLegendSign(QPainter& painter, const QRectF& place, double pixel, PreviewSign sign, bool is_small,
                     const Theme& theme);

}  // namespace limbeck
