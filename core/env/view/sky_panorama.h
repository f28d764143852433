// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/env/view/colour.h"
#include "core/env/view/pool_camera.h"

namespace limbeck {

/// What is above the rim: sky, clouds, a sun, mountains. All of it is so far away that it depends on the heading alone,
/// and shows where north is from everywhere in the pool.
class SkyPanorama {
 public:
  SkyPanorama();

  /// The kHorizonRow pixels of one column of a frame, from the top down.
  const PixelBytes* column(int heading, int column) const {
    return pixels_.data() + (static_cast<std::size_t>(heading) * kPoolFrame.width + column) * kHorizonRow;
  }

 private:
  std::vector<PixelBytes> pixels_;  ///< [kHeadings, width, kHorizonRow]
};

}  // namespace limbeck
