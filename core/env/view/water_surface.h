// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/env/view/colour.h"
#include "core/env/view/pool_camera.h"

namespace limbeck {

/// The water, milky as in Morris's experiment so that it hides the platform: what a row and a place give it of colour,
/// ripples and reflection.
class WaterSurface {
 public:
  static constexpr int kRows = kPoolFrame.height - kHorizonRow;  ///< of a frame, below the horizon

  struct Row {
    std::array<std::uint16_t, 4> base = {};  ///< the water's own colour times the share of it that shows, of 256
    std::uint16_t reflection = 0;            ///< the share of the mirror image, of 256
    int contrast = 0;                        ///< how much of a ripple is seen at this distance, of 256
  };
  /// Where a pixel of a frame looks at the ripples when the eye is in the middle of the pool.
  struct Place {
    std::uint8_t x = 0;
    std::uint8_t y = 0;
  };

  WaterSurface();

  const Row& row(std::size_t below_horizon) const { return rows_[below_horizon]; }
  /// The kRows places of one column of a frame, from the horizon down.
  const Place* places(int heading, int column) const {
    return places_.data() + (static_cast<std::size_t>(heading) * kPoolFrame.width + column) * kRows;
  }
  /// How far the ripples move when the eye moves by `distance`.
  static std::uint8_t shift(double distance) { return toTile(distance); }
  /// The height of the ripples, -128 .. 127, as far as it is seen in a row. They repeat, and so do the coordinates of
  /// one byte.
  int ripple(int below_horizon, std::uint8_t x, std::uint8_t y) const {
    return ripples_[static_cast<std::size_t>(y) * kTile + x] *
               rows_[static_cast<std::size_t>(below_horizon)].contrast >>
           8;
  }

 private:
  static constexpr int kTile = 256;
  static constexpr double kTilesPerUnit = 128.0;
  static std::uint8_t toTile(double length) {
    return static_cast<std::uint8_t>(static_cast<int>(std::floor(length * kTilesPerUnit)));
  }

  std::array<Row, kRows> rows_;
  std::vector<Place> places_;         ///< [kHeadings, width, kRows]
  std::vector<std::int8_t> ripples_;  ///< [kTile, kTile]
};

}  // namespace limbeck
