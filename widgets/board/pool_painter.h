// SPDX-License-Identifier: GPL-3.0-or-later
// A round pool from above, with the swimmer's way and heading, and beside or below it the frame that it sees.
#pragma once

#include <QImage>
#include <QPointF>
#include <QRectF>
#include <optional>
#include <vector>

#include "core/env/top_view.h"
#include "core/env/view/frame_view.h"
#include "widgets/base/theme.h"

class QPainter;

namespace limbeck {

/// The swimmer on its way from one pose to the next.
struct PoolAgent {
  ViewPose from;
  ViewPose to;
  double share = 0.0;  ///< of the way, 0 to 1
  QPointF place() const;
  double degrees() const;  ///< its heading, clockwise from the right, turning the shorter way round
};

/// All that the board of a pool shows; places are in the units of the view.
struct PoolScene {
  std::optional<TopView> view;   ///< none draws nothing
  bool has_goal = true;          ///< whether the platform is drawn
  bool is_done = false;          ///< the platform has paid all that it pays in an episode: faint
  std::optional<QPointF> start;  ///< where this episode began
  std::vector<QPointF> trail;    ///< places of this episode in order; the line goes on to the agent
  std::optional<PoolAgent> agent;
  std::optional<QPointF> highlighted;  ///< an attended past transition's place
  QImage frame;                        ///< what the agent sees; null draws none
  PlotRole role = PlotRole::AD;
  double flash = 0.0;  ///< 1 at the moment of a reward, fading to 0
};

/// What is seen when `observation` is; null for one that no pose has.
QImage frameImage(const FrameView& frames, std::span<const std::uint8_t> observation);

/// Where the parts lie, in the painter's logical coordinates.
struct PoolLayout {
  QRectF pool;   ///< a square
  QRectF frame;  ///< of the frame's proportions, below the pool or right of it
  QRectF board() const { return pool.united(frame); }
};

/// The largest pool in `area` that leaves its frame room to be made out.
PoolLayout layOutPool(const QRectF& area, const FrameShape& shape);
/// The pool alone.
PoolLayout layOutPool(const QRectF& area);

void paintPool(QPainter& painter, const PoolLayout& layout, const PoolScene& scene, const Theme& theme);

/// From a view's units to where they are painted.
class PoolScale {
 public:
  PoolScale(const TopView& view, const QRectF& square)
      : view_(view), centre_(square.center()), scale_(square.width() / 2.0 / view.wall_radius) {}
  QPointF place(QPointF at) const { return centre_ + (at - QPointF(view_.centre_x, view_.centre_y)) * scale_; }
  double length(double units) const { return units * scale_; }

 private:
  TopView view_;
  QPointF centre_;
  double scale_;
};

/// The water and the wall around it.
void paintWater(QPainter& painter, const QRectF& square, const Theme& theme);

}  // namespace limbeck
