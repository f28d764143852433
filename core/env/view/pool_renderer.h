// SPDX-License-Identifier: GPL-3.0-or-later
// What a swimmer sees of a round pool: 72 x 96 pixels of sky, painted wall and water, by one ray a column. A column
// meets the wall once, and what is above, on, and mirrored below it follows from the distance alone. Plain loops and no
// graphics library: a frame takes some thirty microseconds and is the same, byte for byte, on every machine.
#pragma once

#include <cstdint>
#include <span>

#include "core/env/view/pool_camera.h"
#include "core/env/view/sky_panorama.h"
#include "core/env/view/wall_texture.h"
#include "core/env/view/water_surface.h"

namespace limbeck {

/// Where the eye is, in radii of the wall from the pool's middle, and where it looks (pool_camera.h).
struct EyePose {
  double x = 0.0;
  double y = 0.0;
  int heading = 0;
};

/// Paints its textures once; `render` is then const and thread-safe.
class PoolRenderer {
 public:
  /// `rgb`: [72, 96, 3]. The eye must be inside the wall and not closer to it than 0.03.
  void render(const EyePose& eye, std::span<std::uint8_t> rgb) const;

 private:
  struct WallHit;
  struct WallView;
  /// `rgb` is the column's first pixel.
  static void renderAboveWater(const PixelBytes* sky, const WallHit& hit, const WallView& wall, std::uint8_t* rgb);
  void renderWater(const EyePose& eye, int column, const WallView& wall, std::uint8_t* rgb) const;

  WallTexture wall_;
  SkyPanorama sky_;
  WaterSurface water_;
};

}  // namespace limbeck
