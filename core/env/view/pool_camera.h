// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/env/view/exact_math.h"
#include "core/env/view/frame_view.h"

namespace limbeck {

// Lengths are in radii of the pool's wall. Seen from above, x points right and y points down.
inline constexpr double kWallHeight = 0.45;
inline constexpr double kEyeHeight = 0.12;  ///< above the water
inline constexpr int kHeadings = 8;

// The picture plane: 90 degrees from the left to the right edge, looking a little downwards.
inline constexpr FrameShape kPoolFrame{};
inline constexpr double kFocalLength = 48.0;  ///< in pixels
inline constexpr int kHorizonRow = 32;        ///< the first row below the horizon

/// A direction from above: heading 0 looks along x (right), 2 along y (down), each next one an eighth of a circle
/// clockwise.
struct Direction {
  double x = 0.0;
  double y = 0.0;
};
constexpr Direction headingDirection(int heading) {
  constexpr std::array<Direction, kHeadings> kDirections = {{{1, 0},
                                                             {kSqrtHalf, kSqrtHalf},
                                                             {0, 1},
                                                             {-kSqrtHalf, kSqrtHalf},
                                                             {-1, 0},
                                                             {-kSqrtHalf, -kSqrtHalf},
                                                             {0, -1},
                                                             {kSqrtHalf, -kSqrtHalf}}};
  return kDirections[static_cast<std::size_t>(heading)];
}

/// How far to the right a column looks for each unit ahead.
constexpr double columnSlope(int column) {
  return (column + 0.5 - kPoolFrame.width / 2.0) / kFocalLength;
}

/// Where a ray through `column` has got to, one unit ahead of the eye.
constexpr Direction rayDirection(int heading, int column) {
  const Direction ahead = headingDirection(heading);
  const double slope = columnSlope(column);
  return {ahead.x - slope * ahead.y, ahead.y + slope * ahead.x};
}

/// The distance ahead at which a row below the horizon sees the water.
constexpr double waterDistance(int row) {
  return kEyeHeight * kFocalLength / (row + 0.5 - kHorizonRow);
}

}  // namespace limbeck
