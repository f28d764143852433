// SPDX-License-Identifier: GPL-3.0-or-later
// Where labels go so that none covers another.
#pragma once

#include <span>
#include <vector>

namespace limbeck {

/// Pixels; y grows downwards.
struct PlotPosition {
  double x = 0.0;
  double y = 0.0;
};

struct PlotBox {
  double left = 0.0;
  double top = 0.0;
  double right = 0.0;
  double bottom = 0.0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
  bool contains(const PlotPosition& p) const { return p.x >= left && p.x <= right && p.y >= top && p.y <= bottom; }
  bool overlaps(const PlotBox& o) const { return left < o.right && o.left < right && top < o.bottom && o.top < bottom; }
};

/// A label in a column.
struct ColumnLabel {
  double wanted = 0.0;  ///< where its centre wants to be
  double height = 0.0;
};

/// The centres, in the order given, that are nearest to the wanted ones in the sum of squares such that no two labels
/// overlap and all lie in [top, bottom]; the order from top to bottom is that of `wanted`. When they do not fit they
/// run over the bottom.
std::vector<double> spreadLabels(std::span<const ColumnLabel> labels, double top, double bottom);

/// The place for a box of this size beside `anchor` (right, left, above, below, and the corners) that stays in `area`,
/// overlaps none of `taken` and covers the fewest of `ink`; the first of equals.
PlotBox placeBeside(const PlotPosition& anchor, double width, double height, const PlotBox& area,
                    std::span<const PlotBox> taken, std::span<const PlotPosition> ink);

}  // namespace limbeck
