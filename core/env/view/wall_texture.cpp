// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/wall_texture.h"

#include <array>
#include <cmath>

#include "core/env/view/emblems.h"
#include "core/env/view/pool_camera.h"

namespace limbeck {
namespace {

/// The wall is this many times as long as high: emblems are to be round.
constexpr double kLengthOverHeight = 2 * kPi / kWallHeight;
constexpr double kPlateRadius = 0.33;  // of the wall's height
constexpr double kPlateHeight = 0.52;
constexpr int kBricksAround = 64;
constexpr int kBrickRows = 9;

/// The colour of the brick, which goes around the wheel once.
Colour brickColour(double turn) {
  static constexpr std::array<Colour, 8> kWheel = {{{178, 92, 70},
                                                    {190, 142, 84},
                                                    {150, 158, 92},
                                                    {88, 150, 112},
                                                    {78, 142, 156},
                                                    {92, 112, 172},
                                                    {136, 96, 162},
                                                    {172, 88, 122}}};
  const double place = turn * kWheel.size();
  const std::size_t first = static_cast<std::size_t>(place) % kWheel.size();
  return mix(kWheel[first], kWheel[(first + 1) % kWheel.size()], place - std::floor(place));
}

Colour masonry(double turn, double height) {
  const double course = height * kBrickRows;
  const int row = static_cast<int>(course);
  const double along = turn * kBricksAround + (row % 2 == 0 ? 0.0 : 0.5);
  const int brick = static_cast<int>(along) % kBricksAround;
  const double tint = 0.84 + 0.30 * scatter(brick, row, 11);
  const double grain = 0.95 + 0.10 * valueNoise(turn * 512, height * 36, 512, 4096, 12);
  const double patch = 0.84 + 0.32 * valueNoise(turn * 40, height * 3, 40, 64, 14);  // weathered, larger than bricks
  const Colour face = scaled(brickColour(turn), tint * grain * patch);
  const bool is_joint = fraction(course) < 0.10 || fraction(along) < 0.055;
  return is_joint ? mix(scaled(face, 0.5), {96, 92, 88}, 0.5) : face;
}

/// What is painted at a point: `turn` around the pool, `height` from 0 at the water to 1 at the rim.
Colour paint(double turn, double height) {
  if (height > 0.94) return scaled({214, 208, 196}, 0.94 + 0.06 * scatter(static_cast<int>(turn * 128), 0, 13));
  Colour colour = masonry(turn, height);
  for (const Emblem& emblem : emblems()) {
    const double across = fraction(turn - emblem.turn + 0.5) - 0.5;
    const double x = across * kLengthOverHeight / kPlateRadius;
    const double y = (height - kPlateHeight) / kPlateRadius;
    const double square = x * x + y * y;
    if (square > 1.12) continue;
    colour = square > 0.92 ? Colour{40, 36, 34} : emblem.covers(x, y) ? emblem.figure : emblem.plate;
  }
  const double sunlight = 0.90 + 0.14 * smoothWave(turn - 0.4);
  const double wetness = 0.55 + 0.45 * smoothStep(0.02, 0.10, height);
  return scaled(colour, sunlight * wetness);
}

PixelBytes meanOf(const PixelBytes& a, const PixelBytes& b, const PixelBytes& c, const PixelBytes& d) {
  PixelBytes mean = {};
  for (std::size_t i = 0; i < 3; ++i) mean[i] = static_cast<std::uint8_t>((a[i] + b[i] + c[i] + d[i] + 2) / 4);
  return mean;
}

}  // namespace

WallTexture::WallTexture() : levels_(kLevels) {
  levels_[0].reserve(static_cast<std::size_t>(kColumns) * kRows);
  for (int u = 0; u < kColumns; ++u) {
    for (int v = 0; v < kRows; ++v) levels_[0].push_back(toBytes(paint((u + 0.5) / kColumns, (v + 0.5) / kRows)));
  }
  for (int level = 1; level < kLevels; ++level) {
    for (int u = 0; u < columns(level); ++u) {
      const PixelBytes* left = column(level - 1, 2 * u);
      const PixelBytes* right = column(level - 1, 2 * u + 1);
      for (int v = 0; v < rows(level); ++v) {
        levels_[static_cast<std::size_t>(level)].push_back(
            meanOf(left[2 * v], left[2 * v + 1], right[2 * v], right[2 * v + 1]));
      }
    }
  }
}

}  // namespace limbeck
