// SPDX-License-Identifier: GPL-3.0-or-later
// The wall around the pool as it is painted: brick whose colour changes around the circle, and twelve emblems of
// different shapes and colours at uneven distances, so that what an agent sees of it tells where it is.
#pragma once

#include <vector>

#include "core/env/view/colour.h"

namespace limbeck {

/// The wall unrolled, in halving resolutions. Column u goes once around the pool with the angle, row v goes from the
/// water to the rim.
class WallTexture {
 public:
  static constexpr int kLevels = 6;
  static constexpr int kColumns = 2048;  ///< of level 0
  static constexpr int kRows = 128;      ///< of level 0

  WallTexture();

  static constexpr int columns(int level) { return kColumns >> level; }
  static constexpr int rows(int level) { return kRows >> level; }
  /// The rows(level) pixels of one column, from the water up.
  const PixelBytes* column(int level, int u) const {
    return levels_[static_cast<std::size_t>(level)].data() + static_cast<std::size_t>(u) * rows(level);
  }

 private:
  std::vector<std::vector<PixelBytes>> levels_;
};

}  // namespace limbeck
