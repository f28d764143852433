// SPDX-License-Identifier: GPL-3.0-or-later
// A grid world as a picture: cells, visits, what the task hides, trail and agent. Pure painting, for the screen and for
// files, on any thread. Cells are square and a whole number of device pixels wide, so that they are crisp at every
// scale.
#pragma once

#include <QColor>
#include <QPainterPath>
#include <QPointF>
#include <QRectF>
#include <QTransform>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/env/environment.h"
#include "widgets/base/theme.h"

class QPainter;

namespace limbeck {

/// A marked cell; one that is done (the key is taken) is drawn faint.
struct BoardMarker {
  TaskMarker marker;
  bool is_done = false;
};

/// The agent on its way from one cell to the next.
struct BoardAgent {
  QPoint from;
  QPoint to;
  double share = 0.0;  ///< of the way, 0 to 1
  QPointF place() const { return QPointF(from) + (QPointF(to) - QPointF(from)) * share; }
};

/// All that a board shows.
struct BoardScene {
  GridSize grid;                ///< {0, 0} draws nothing
  std::vector<CellKind> kinds;  ///< [height, width], or empty where all is floor
  std::vector<BoardMarker> markers;
  std::optional<QPoint> start;  ///< where this episode began
  std::vector<QPoint> trail;    ///< cells of this episode in order; the line goes on to the agent
  std::optional<BoardAgent> agent;
  std::vector<std::uint32_t> visits;  ///< [height, width]; empty draws none
  std::optional<QPoint> highlighted;  ///< an attended past transition's cell
  PlotRole role = PlotRole::AD;       ///< the agent's colour and shape
  double flash = 0.0;                 ///< 1 at the moment of a reward, fading to 0
};

/// Where a board's cells lie, in the painter's logical coordinates.
struct BoardGeometry {
  QPointF origin;
  double cell = 0.0;   ///< side of a cell
  double pixel = 1.0;  ///< side of a device pixel
  GridSize grid;

  QRectF board() const { return {origin.x(), origin.y(), cell * grid.width, cell * grid.height}; }
  QRectF cellRect(QPoint at) const { return {origin.x() + at.x() * cell, origin.y() + at.y() * cell, cell, cell}; }
  /// The centre of a place in cells, which need not be whole.
  QPointF centre(QPointF at) const { return origin + (at + QPointF(0.5, 0.5)) * cell; }
  std::optional<QPoint> cellAt(QPointF point) const;
};

/// The largest board in `area` whose cells are whole device pixels (one at least), at its top and centred across.
/// `device` is `QPainter::deviceTransform()`.
BoardGeometry fitBoard(const QRectF& area, GridSize grid, const QTransform& device);

void paintBoard(QPainter& painter, const BoardGeometry& geometry, const BoardScene& scene, const Theme& theme);

/// The shape that stands for a role, beside its colour: circle, square, triangle, diamond (plot_style.h).
QPainterPath roleShape(PlotRole role, QPointF centre, double radius);

/// Two opposed tones, so that it shows on any cell. `cell` is the marker's cell; one of few pixels is overdrawn around.
void paintMarker(QPainter& painter, const BoardGeometry& geometry, const BoardMarker& marker, const Theme& theme);
/// The empty grid: cells, their lines where they are wide enough to have any, what kind they are, and the frame.
void paintGrid(QPainter& painter, const BoardGeometry& geometry, const std::vector<CellKind>& kinds,
               const Theme& theme);
/// Walls, solid, and slippery floor, striped so that what lies under the stripes stays to be seen. `kinds`: [height,
/// width], or empty where all is floor.
void paintCellKinds(QPainter& painter, const BoardGeometry& geometry, const std::vector<CellKind>& kinds,
                    const Theme& theme);
/// An agent's shape with a rim that shows on any ground.
void paintAgentShape(QPainter& painter, const QPainterPath& shape, double radius, const QColor& colour,
                     const Theme& theme);
/// Corner ticks, where an episode begins.
void paintStart(QPainter& painter, const BoardGeometry& geometry, QPoint cell, const Theme& theme);

}  // namespace limbeck
