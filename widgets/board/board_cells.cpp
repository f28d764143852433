// SPDX-License-Identifier: GPL-3.0-or-later
// What kind of ground the cells of a grid are.
#include <QImage>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/board/board_painter.h"

namespace limbeck {
namespace {

/// Between text and floor, and nearer to the text: the greys of the heat of visits are nearer to the floor.
QColor wallColour(const Theme& theme) {
  const auto between = [](int a, int b) { return (7 * a + 3 * b) / 10; };
  const QColor& text = theme.text;
  const QColor& floor = theme.cell;
  return {between(text.red(), floor.red()), between(text.green(), floor.green()), between(text.blue(), floor.blue())};
}

/// A tile of rising stripes, each a dark line beside a light one, as the goal's frame is: they show on any heat.
QImage stripes(int period, const Theme& theme) {
  QImage tile(period, period, QImage::Format_ARGB32_Premultiplied);
  tile.fill(Qt::transparent);
  QColor dark = theme.goal_outer;
  QColor light = theme.goal_inner;
  dark.setAlphaF(theme.is_dark ? 0.5F : 0.45F);
  light.setAlphaF(theme.is_dark ? 0.4F : 0.7F);
  for (int y = 0; y < period; ++y) {
    tile.setPixelColor((2 * period - 1 - y) % period, y, dark);
    tile.setPixelColor((2 * period - y) % period, y, light);
  }
  return tile;
}

/// Calls `fill` with every run of cells of a kind within a row.
template <typename Fill>
void forEachRun(const BoardGeometry& geometry, const std::vector<CellKind>& kinds, CellKind kind, const Fill& fill) {
  std::size_t row = 0;
  for (int y = 0; y < geometry.grid.height; ++y, row += static_cast<std::size_t>(geometry.grid.width)) {
    for (int x = 0; x < geometry.grid.width;) {
      int end = x;
      while (end < geometry.grid.width && kinds[row + static_cast<std::size_t>(end)] == kind) ++end;
      if (end > x) fill(geometry.cellRect({x, y}).united(geometry.cellRect({end - 1, y})));
      x = end + 1;
    }
  }
}

}  // namespace

void paintCellKinds(QPainter& painter, const BoardGeometry& geometry, const std::vector<CellKind>& kinds,
                    const Theme& theme) {
  if (std::ranges::all_of(kinds, [](CellKind kind) { return kind == CellKind::Floor; })) return;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  const QColor wall = wallColour(theme);
  forEachRun(geometry, kinds, CellKind::Wall, [&](const QRectF& run) { painter.fillRect(run, wall); });
  const int pixels = static_cast<int>(std::lround(geometry.cell / geometry.pixel));
  QBrush brush(stripes(std::clamp(pixels / 3, 3, 9), theme));
  brush.setTransform(QTransform::fromScale(geometry.pixel, geometry.pixel));
  painter.setBrushOrigin(geometry.origin);
  forEachRun(geometry, kinds, CellKind::Slippery, [&](const QRectF& run) { painter.fillRect(run, brush); });
  painter.restore();
}

}  // namespace limbeck
