// SPDX-License-Identifier: GPL-3.0-or-later
// A moment of a track as a picture, whatever kind of board its environment has.
#pragma once

#include <memory>
#include <variant>

#include "widgets/board/arms_painter.h"
#include "widgets/board/board_painter.h"
#include "widgets/board/pool_painter.h"
#include "widgets/board/visit_counts.h"

namespace limbeck {

/// What of a track is drawn. Visits are counted on grids only.
enum class BoardHeat { Off, Episode, Cumulative };
struct BoardLook {
  BoardHeat heat = BoardHeat::Episode;
  bool has_trail = true;
  bool has_goal = true;  ///< whether all that the agent does not see is drawn: goal, key, door, platform, what arms pay
  PlotRole role = PlotRole::AD;
};

/// A grid of {0, 0} shows nothing.
using BoardPicture = std::variant<BoardScene, ArmsScene, PoolScene>;

/// `counts` may be null as long as they are not there: a cumulative heat map then stays empty. A frame that the agent
/// sees takes some tenths of a millisecond to render.
BoardPicture makePicture(const BoardTrack& track, const VisitCounts* counts, const BoardMoment& moment,
                         const BoardLook& look);
/// Before anything has happened. `present`: what the agent sees, or empty for no agent.
BoardPicture makeStill(const Environment& environment, TaskId task, std::span<const std::uint8_t> present,
                       const BoardLook& look);

/// Marks what a row of the track's stream was about: the cell or the place it began in, or the arm that was pulled.
void highlightRow(BoardPicture& picture, const BoardTrack& track, std::int64_t row);

/// Where a picture's parts lie, in the painter's logical coordinates; those of another kind than the picture's are
/// empty.
struct PictureGeometry {
  QRectF board;
  BoardGeometry cells;
  ArmsGeometry arms;
  PoolLayout pool;
};

/// At the top of `area`, as large as it fits. `device` is `QPainter::deviceTransform()`.
PictureGeometry fitPicture(const QRectF& area, const BoardPicture& picture, const QTransform& device);
void paintPicture(QPainter& painter, const PictureGeometry& geometry, const BoardPicture& picture, const QFont& font,
                  const Theme& theme);
/// For an export: of a grid so many pixels a cell, of other boards about as large as a grid of twelve cells.
QSizeF pictureSize(const BoardTrack& track, int cell_pixels);

}  // namespace limbeck
