// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/board_painter.h"

#include <QImage>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

namespace limbeck {
namespace {

constexpr int kHeatColours = 32;          // few, so that an exported animation keeps them exactly
constexpr std::size_t kFadingNodes = 48;  // turns of the trail that fade; what is older stays as faint as it gets
constexpr std::size_t kTrailNodes =
    512;  // and what is older still is left to the heat map: a stroke costs by its length
constexpr double kOldestTrail = 0.28;

/// Theme::heat makes colours from text at every call; a board asks for thousands of them a frame.
const std::array<QRgb, kHeatColours>& heatColours(const Theme& theme) {
  const auto make = [](const Theme& of) {
    std::array<QRgb, kHeatColours> colours;
    for (int i = 0; i < kHeatColours; ++i) colours[i] = of.heat(static_cast<double>(i) / (kHeatColours - 1)).rgb();
    return colours;
  };
  static const std::array<QRgb, kHeatColours> kLight = make(lightTheme());
  static const std::array<QRgb, kHeatColours> kDark = make(darkTheme());
  return theme.is_dark ? kDark : kLight;
}

/// Visits span orders of magnitude (the goal's cell, a cell passed once), so their logarithm is drawn. The scale has a
/// lower end, so that the first visits of an episode do not look like many.
int heatIndex(std::uint32_t visits, std::uint32_t most) {
  const double share = std::log1p(visits) / std::log1p(std::max<std::uint32_t>(most, 20));
  return std::clamp(static_cast<int>(std::lround(share * (kHeatColours - 1))), 0, kHeatColours - 1);
}

void paintVisits(QPainter& painter, const BoardGeometry& geometry, const BoardScene& scene, const Theme& theme) {
  const std::uint32_t most = *std::ranges::max_element(scene.visits);
  if (most == 0) return;
  const std::array<QRgb, kHeatColours>& colours = heatColours(theme);
  QImage image(scene.grid.width, scene.grid.height, QImage::Format_RGB32);
  std::size_t cell = 0;
  for (int y = 0; y < scene.grid.height; ++y) {
    QRgb* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < scene.grid.width; ++x, ++cell) {
      line[x] = scene.visits[cell] == 0 ? theme.cell.rgb() : colours[heatIndex(scene.visits[cell], most)];
    }
  }
  painter.drawImage(geometry.board(), image);  // no SmoothPixmapTransform: a cell is a square
}

void paintLines(QPainter& painter, const BoardGeometry& geometry, const Theme& theme) {
  const double pixels = geometry.cell / geometry.pixel;
  if (pixels < 4.0) return;
  QColor colour = theme.cell_line;
  if (pixels < 8.0) colour.setAlpha(110);  // a full line would take a fifth of the cell
  const double scale = std::max(1.0, std::round(1.0 / geometry.pixel));
  const double width = (pixels < 12.0 ? 1.0 : scale) * geometry.pixel;
  const QRectF board = geometry.board();
  for (int x = 1; x < geometry.grid.width; ++x) {
    painter.fillRect(QRectF(board.left() + x * geometry.cell, board.top(), width, board.height()), colour);
  }
  for (int y = 1; y < geometry.grid.height; ++y) {
    painter.fillRect(QRectF(board.left(), board.top() + y * geometry.cell, board.width(), width), colour);
  }
}

void paintFrame(QPainter& painter, const BoardGeometry& geometry, const Theme& theme) {
  const QRectF board = geometry.board();
  const double width = geometry.pixel;
  painter.fillRect(QRectF(board.left(), board.top(), board.width(), width), theme.border);
  painter.fillRect(QRectF(board.left(), board.bottom() - width, board.width(), width), theme.border);
  painter.fillRect(QRectF(board.left(), board.top(), width, board.height()), theme.border);
  painter.fillRect(QRectF(board.right() - width, board.top(), width, board.height()), theme.border);
}

/// The turns and stops of the way, each once, in painter's coordinates.
std::vector<QPointF> trailNodes(const BoardGeometry& geometry, const BoardScene& scene) {
  std::vector<QPointF> nodes;
  const std::size_t first = scene.trail.size() > kTrailNodes ? scene.trail.size() - kTrailNodes : 0;
  for (std::size_t i = first; i < scene.trail.size(); ++i) {
    const QPointF centre = geometry.centre(scene.trail[i]);
    if (nodes.empty() || nodes.back() != centre) nodes.push_back(centre);
  }
  if (scene.agent && scene.agent->share > 0.0) {
    const QPointF centre = geometry.centre(scene.agent->place());
    if (nodes.empty() || nodes.back() != centre) nodes.push_back(centre);
  }
  return nodes;
}

QPainterPath lineThrough(const std::vector<QPointF>& nodes, std::size_t first, std::size_t last) {
  QPainterPath path(nodes[first]);
  for (std::size_t i = first + 1; i <= last; ++i) path.lineTo(nodes[i]);
  return path;
}

/// Fading pieces meet in the middle of a segment with flat ends: overlapping ends would show as dots.
void paintTrail(QPainter& painter, const BoardGeometry& geometry, const BoardScene& scene, const Theme& theme) {
  const std::vector<QPointF> nodes = trailNodes(geometry, scene);
  if (nodes.size() < 2) return;
  const double width = std::clamp(geometry.cell * 0.13, 1.2, 5.0);
  const std::size_t last = nodes.size() - 1;
  const std::size_t fading = last > kFadingNodes ? last - kFadingNodes : 0;
  QColor casing = theme.cell_line;
  casing.setAlphaF(0.7F);
  painter.strokePath(lineThrough(nodes, fading, last),
                     QPen(casing, width + std::max(1.5, width * 0.6), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  QColor colour = theme.role(scene.role);
  QPen pen(colour, width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
  const auto stroke = [&](const QPainterPath& path, double strength) {
    colour.setAlphaF(static_cast<float>(strength));
    pen.setColor(colour);
    painter.strokePath(path, pen);
  };
  if (fading > 0) {
    QPainterPath path = lineThrough(nodes, 0, fading);
    path.lineTo((nodes[fading] + nodes[fading + 1]) / 2.0);
    stroke(path, kOldestTrail);
  }
  for (std::size_t i = fading > 0 ? fading + 1 : 0; i <= last; ++i) {
    QPainterPath path(i == 0 ? nodes[0] : (nodes[i - 1] + nodes[i]) / 2.0);
    path.lineTo(nodes[i]);
    if (i < last) path.lineTo((nodes[i] + nodes[i + 1]) / 2.0);
    const double age = static_cast<double>(last - i) / static_cast<double>(std::min(last, kFadingNodes));
    stroke(path, 1.0 - (1.0 - kOldestTrail) * age);
  }
}

void paintAgent(QPainter& painter, const BoardGeometry& geometry, const BoardScene& scene, const Theme& theme) {
  const QPointF centre = geometry.centre(scene.agent->place());
  const double radius = std::max({geometry.cell * 0.27, std::min(geometry.cell * 0.34, 4.2), 3.6});
  paintAgentShape(painter, roleShape(scene.role, centre, radius), radius, theme.role(scene.role), theme);
}

/// A ring that runs outward from the cell where a reward was paid.
void paintFlash(QPainter& painter, const BoardGeometry& geometry, const BoardScene& scene, const Theme& theme) {
  const double radius = std::max(geometry.cell, 9.0) * (0.62 + 0.5 * (1.0 - scene.flash));
  QColor colour = theme.good;
  colour.setAlphaF(static_cast<float>(0.2 * scene.flash));
  const QPointF centre = geometry.centre(scene.agent->from);
  QPainterPath disc;
  disc.addEllipse(centre, radius, radius);
  painter.fillPath(disc, colour);
  colour.setAlphaF(static_cast<float>(0.9 * scene.flash));
  painter.strokePath(disc, QPen(colour, std::clamp(geometry.cell * 0.08, 1.5, 3.5)));
}

void paintHighlight(QPainter& painter, const BoardGeometry& geometry, QPoint cell, const Theme& theme) {
  const double line = std::clamp(geometry.cell * 0.12, 2.0, 4.0);
  const double grow = std::max(line, (11.0 - geometry.cell) / 2.0);  // a cell of few pixels is circled from outside
  const QRectF rect = geometry.cellRect(cell).adjusted(-grow, -grow, grow, grow);
  QPainterPath path;
  path.addRoundedRect(rect, line * 1.5, line * 1.5);
  painter.strokePath(path, QPen(theme.base, line + 2.4));
  painter.strokePath(path, QPen(theme.accent, line));
}

}  // namespace

std::optional<QPoint> BoardGeometry::cellAt(QPointF point) const {
  if (!board().contains(point)) return std::nullopt;
  const QPointF at = (point - origin) / cell;
  return QPoint(std::min(grid.width - 1, static_cast<int>(at.x())),
                std::min(grid.height - 1, static_cast<int>(at.y())));
}

BoardGeometry fitBoard(const QRectF& area, GridSize grid, const QTransform& device) {
  BoardGeometry geometry;
  const double scale = device.m11() > 0.0 ? device.m11() : 1.0;
  geometry.grid = grid;
  geometry.pixel = 1.0 / scale;
  const auto fitting = [&](double extent, int cells) {
    return std::floor((extent * scale + 1e-6) / std::max(1, cells));
  };
  const double pixels = std::max(1.0, std::min(fitting(area.width(), grid.width), fitting(area.height(), grid.height)));
  geometry.cell = pixels / scale;
  const QPointF corner = device.map(QPointF(area.center().x() - geometry.cell * grid.width / 2.0, area.top()));
  geometry.origin = device.inverted().map(QPointF(std::round(corner.x()), std::ceil(corner.y() - 1e-6)));
  return geometry;
}

void paintAgentShape(QPainter& painter, const QPainterPath& shape, double radius, const QColor& colour,
                     const Theme& theme) {
  QColor edge = theme.goal_outer;
  edge.setAlphaF(0.55F);
  const double ring = std::clamp(radius * 0.24, 1.1, 3.0);
  painter.strokePath(shape, QPen(edge, 2.0 * ring + 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.strokePath(shape, QPen(theme.base, 2.0 * ring, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.fillPath(shape, colour);
}

void paintGrid(QPainter& painter, const BoardGeometry& geometry, const std::vector<CellKind>& kinds,
               const Theme& theme) {
  painter.fillRect(geometry.board(), theme.cell);
  paintLines(painter, geometry, theme);
  paintCellKinds(painter, geometry, kinds, theme);
  paintFrame(painter, geometry, theme);
}

void paintBoard(QPainter& painter, const BoardGeometry& geometry, const BoardScene& scene, const Theme& theme) {
  if (scene.grid.longerSide() <= 0) return;
  painter.save();
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform, false);
  painter.fillRect(geometry.board(), theme.cell);
  if (!scene.visits.empty()) paintVisits(painter, geometry, scene, theme);
  paintLines(painter, geometry, theme);
  paintCellKinds(painter, geometry, scene.kinds, theme);
  paintFrame(painter, geometry, theme);
  if (scene.start) paintStart(painter, geometry, *scene.start, theme);
  painter.setRenderHint(QPainter::Antialiasing);
  paintTrail(painter, geometry, scene, theme);
  for (const BoardMarker& marker : scene.markers) paintMarker(painter, geometry, marker, theme);
  if (scene.agent && scene.flash > 0.0) paintFlash(painter, geometry, scene, theme);
  if (scene.agent) paintAgent(painter, geometry, scene, theme);
  if (scene.highlighted) paintHighlight(painter, geometry, *scene.highlighted, theme);
  painter.restore();
}

}  // namespace limbeck
