// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/water_surface.h"

namespace limbeck {

WaterSurface::WaterSurface() {
  for (std::size_t i = 0; i < kRows; ++i) {
    const double distance = waterDistance(kHorizonRow + static_cast<int>(i));
    const double nearness = 1.0 / (1.0 + 2.2 * distance);
    const PixelBytes colour = toBytes(mix({150, 190, 196}, {62, 128, 140}, nearness));
    Row& row = rows_[i];
    row.reflection = static_cast<std::uint16_t>(34 + 130 * (1.0 - nearness));
    for (std::size_t c = 0; c < 3; ++c) row.base[c] = static_cast<std::uint16_t>(colour[c] * (256 - row.reflection));
    row.contrast = static_cast<int>(150 / (1.0 + 3.0 * distance * distance));
  }
  places_.reserve(static_cast<std::size_t>(kHeadings) * kPoolFrame.width * kRows);
  for (int heading = 0; heading < kHeadings; ++heading) {
    for (int column = 0; column < kPoolFrame.width; ++column) {
      const Direction ray = rayDirection(heading, column);
      for (int i = 0; i < kRows; ++i) {
        const double distance = waterDistance(kHorizonRow + i);
        places_.push_back({toTile(ray.x * distance), toTile(ray.y * distance)});
      }
    }
  }
  ripples_.reserve(static_cast<std::size_t>(kTile) * kTile);
  for (int y = 0; y < kTile; ++y) {
    for (int x = 0; x < kTile; ++x) {
      // Long waves that run along x, shorter ones across them.
      const double height =
          0.6 * valueNoise(x / 16.0, y / 8.0, 16, 32, 41) + 0.4 * valueNoise(x / 8.0, y / 4.0, 32, 64, 42);
      ripples_.push_back(static_cast<std::int8_t>(std::floor(height * 255.0 - 127.5)));
    }
  }
}

}  // namespace limbeck
