// SPDX-License-Identifier: GPL-3.0-or-later
// A bandit as a picture: one column an arm. The upper bar is as high as the arm was pulled often, and filled as far as
// the pulls were paid; the gauge below it says which share of them was, beside what the arm truly pays.
#pragma once

#include <QFont>
#include <QRectF>
#include <cstdint>
#include <optional>
#include <vector>

#include "widgets/base/theme.h"
#include "widgets/board/board_track.h"

class QPainter;

namespace limbeck {

/// All that a board of arms shows.
struct ArmsScene {
  std::vector<std::int64_t> pulls;  ///< [arms]
  std::vector<std::int64_t> paid;   ///< [arms]: those that were paid
  std::vector<float> means;         ///< [arms]: how likely each is to pay; empty: hidden
  std::optional<int> pulled;        ///< the arm of the latest pull
  std::optional<int> highlighted;   ///< an attended past transition's arm
  bool was_paid = false;            ///< the latest pull
  PlotRole role = PlotRole::AD;
};

/// The pulls up to a moment, and the latest of them. O(rows).
ArmsScene armsUpTo(const BoardTrack& track, const BoardMoment& moment, bool has_means);
/// [arms]: how likely each is to pay.
std::vector<float> armMeans(const TabularTask& task);

/// Where the columns stand, in the painter's logical coordinates.
struct ArmsGeometry {
  QRectF board;
  int arms = 0;

  double column() const { return board.width() / arms; }
  QRectF columnRect(int arm) const { return {board.left() + arm * column(), board.top(), column(), board.height()}; }
  std::optional<int> armAt(QPointF point) const;
};

/// At the top of `area` and centred across, no higher than it is wide.
ArmsGeometry fitArms(const QRectF& area, int arms);

void paintArms(QPainter& painter, const ArmsGeometry& geometry, const ArmsScene& scene, const QFont& font,
               const Theme& theme);

}  // namespace limbeck
