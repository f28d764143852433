// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/pool_painter.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "widgets/board/board_painter.h"

namespace limbeck {
namespace {

constexpr double kFrameShare = 0.72;  // of the pool's side: the least width of the frame
constexpr double kGap = 8.0;
constexpr double kWall = 3.0;  // pixels
constexpr double kOldTrail = 0.4;
constexpr std::size_t kFreshPlaces = 16;  // of the trail, drawn at full strength

QPainterPath disc(QPointF centre, double radius) {
  QPainterPath path;
  path.addEllipse(centre, radius, radius);
  return path;
}

/// Two opposed tones, as the goal of a grid.
void paintPlatform(QPainter& painter, const PoolScale& scale, const PoolScene& scene, const Theme& theme) {
  const TopView& view = *scene.view;
  const QPointF centre = scale.place({view.goal_x, view.goal_y});
  const double radius = std::max(4.0, scale.length(view.goal_radius));
  painter.save();
  if (scene.is_done) painter.setOpacity(0.45);
  QColor inside = theme.goal_inner;
  inside.setAlphaF(0.5F);
  painter.fillPath(disc(centre, radius), inside);
  painter.strokePath(disc(centre, radius), QPen(theme.goal_outer, 4.0));
  painter.strokePath(disc(centre, radius), QPen(theme.goal_inner, 1.6));
  painter.restore();
}

void paintTrail(QPainter& painter, const PoolScale& scale, const PoolScene& scene, const Theme& theme) {
  std::vector<QPointF> places;
  for (const QPointF at : scene.trail) {
    if (places.empty() || places.back() != scale.place(at)) places.push_back(scale.place(at));
  }
  if (scene.agent) places.push_back(scale.place(scene.agent->place()));
  if (places.size() < 2) return;
  const auto line = [&](std::size_t first, std::size_t last, double strength) {
    QPainterPath path(places[first]);
    for (std::size_t i = first + 1; i <= last; ++i) path.lineTo(places[i]);
    QColor colour = theme.role(scene.role);
    colour.setAlphaF(static_cast<float>(strength));
    painter.strokePath(path, QPen(colour, 2.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  };
  const std::size_t last = places.size() - 1;
  const std::size_t fresh = last > kFreshPlaces ? last - kFreshPlaces : 0;
  if (fresh > 0) line(0, fresh, kOldTrail);
  line(fresh, last, 1.0);
}

/// A disc, whatever the role, with an arrow that points where it looks: a triangle would be one more arrow.
void paintSwimmer(QPainter& painter, const PoolScale& scale, const PoolScene& scene, const Theme& theme) {
  const QPointF centre = scale.place(scene.agent->place());
  const double radius = std::clamp(scale.length(2.0), 5.0, 9.0);
  QPainterPath arrow(QPointF(radius * 3.4, 0.0));
  arrow.lineTo(QPointF(radius * 1.6, radius * 1.05));
  arrow.lineTo(QPointF(radius * 1.6, radius * 0.35));
  arrow.lineTo(QPointF(0.0, radius * 0.35));
  arrow.lineTo(QPointF(0.0, -radius * 0.35));
  arrow.lineTo(QPointF(radius * 1.6, -radius * 0.35));
  arrow.lineTo(QPointF(radius * 1.6, -radius * 1.05));
  arrow.closeSubpath();
  const QTransform turn = QTransform::fromTranslate(centre.x(), centre.y()).rotate(scene.agent->degrees());
  const QPainterPath shape = disc(centre, radius).united(turn.map(arrow));
  paintAgentShape(painter, shape, radius, theme.role(scene.role), theme);
}

void paintStartCross(QPainter& painter, QPointF at, const Theme& theme) {
  painter.setPen(QPen(theme.quiet_text, 1.0));
  painter.drawLine(at - QPointF(4.0, 0.0), at + QPointF(4.0, 0.0));
  painter.drawLine(at - QPointF(0.0, 4.0), at + QPointF(0.0, 4.0));
}

void paintRing(QPainter& painter, QPointF at, double radius, const QColor& colour, const Theme& theme) {
  painter.strokePath(disc(at, radius), QPen(theme.base, 4.5));
  painter.strokePath(disc(at, radius), QPen(colour, 2.5));
}

}  // namespace

QPointF PoolAgent::place() const {
  const QPointF a(from.x, from.y);
  return a + (QPointF(to.x, to.y) - a) * share;
}

double PoolAgent::degrees() const {
  constexpr int kHeadings = 8;
  const int turn = (to.heading - from.heading + kHeadings + kHeadings / 2) % kHeadings - kHeadings / 2;
  return (from.heading + turn * share) * 360.0 / kHeadings;
}

QImage frameImage(const FrameView& frames, std::span<const std::uint8_t> observation) {
  const int number = observation.empty() ? -1 : frames.frameOf(observation);
  if (number < 0) return {};
  const FrameShape shape = frames.shape();
  std::vector<std::uint8_t> bytes(shape.bytes());
  frames.render(number, bytes);
  return QImage(bytes.data(), shape.width, shape.height, shape.width * shape.channels, QImage::Format_RGB888)
      .convertToFormat(QImage::Format_RGB32);
}

PoolLayout layOutPool(const QRectF& area, const FrameShape& shape) {
  const double ratio = static_cast<double>(shape.height) / shape.width;
  const double below = std::min(area.width(), (area.height() - kGap) / (1.0 + kFrameShare * ratio));
  const double beside = std::min(area.height(), (area.width() - kGap) / (1.0 + kFrameShare));
  const double side = std::max(24.0, std::floor(std::max(below, beside)));
  PoolLayout layout;
  if (below >= beside) {
    const double width = std::floor(std::min(area.width(), (area.height() - kGap - side) / ratio));
    layout.pool = QRectF(std::round(area.center().x() - side / 2.0), std::ceil(area.top()), side, side);
    layout.frame = QRectF(std::round(area.center().x() - width / 2.0), layout.pool.bottom() + kGap, width,
                          std::floor(width * ratio));
    return layout;
  }
  const double width = std::floor(std::min(area.width() - kGap - side, side / ratio));
  const double left = std::round(area.center().x() - (side + kGap + width) / 2.0);
  layout.pool = QRectF(left, std::ceil(area.top()), side, side);
  layout.frame = QRectF(layout.pool.right() + kGap, layout.pool.top(), width, std::floor(width * ratio));
  return layout;
}

PoolLayout layOutPool(const QRectF& area) {
  const double side = std::floor(std::min(area.width(), area.height()));
  return {QRectF(std::round(area.center().x() - side / 2.0), std::ceil(area.top()), side, side), {}};
}

void paintWater(QPainter& painter, const QRectF& square, const Theme& theme) {
  const double radius = square.width() / 2.0 - kWall / 2.0;
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillPath(disc(square.center(), radius), theme.cell);
  painter.strokePath(disc(square.center(), radius), QPen(theme.quiet_text, kWall));
}

void paintPool(QPainter& painter, const PoolLayout& layout, const PoolScene& scene, const Theme& theme) {
  if (!scene.view) return;
  painter.save();
  const PoolScale scale(*scene.view, layout.pool);
  paintWater(painter, layout.pool, theme);
  if (scene.start) paintStartCross(painter, scale.place(*scene.start), theme);
  if (scene.has_goal) paintPlatform(painter, scale, scene, theme);
  paintTrail(painter, scale, scene, theme);
  if (scene.agent && scene.flash > 0.0) {
    QColor colour = theme.good;
    colour.setAlphaF(static_cast<float>(0.9 * scene.flash));
    painter.strokePath(disc(scale.place(scene.agent->place()), 12.0 + 8.0 * (1.0 - scene.flash)), QPen(colour, 3.0));
  }
  if (scene.agent) paintSwimmer(painter, scale, scene, theme);
  if (scene.highlighted) paintRing(painter, scale.place(*scene.highlighted), 9.0, theme.accent, theme);
  if (!layout.frame.isEmpty()) {
    painter.fillRect(layout.frame, theme.cell);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    if (!scene.frame.isNull()) {
      QRectF place(QPointF(), QSizeF(scene.frame.size()).scaled(layout.frame.size(), Qt::KeepAspectRatio));
      place.moveCenter(layout.frame.center());
      painter.drawImage(place, scene.frame);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(theme.border, 1.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(layout.frame.adjusted(0.5, 0.5, -0.5, -0.5));
  }
  painter.restore();
}

}  // namespace limbeck
