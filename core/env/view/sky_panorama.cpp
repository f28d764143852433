// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/sky_panorama.h"

namespace limbeck {
namespace {

constexpr double kSunTurn = 0.40;
constexpr double kSunRise = 0.52;

/// The height of a ridge of mountains at a direction, as a slope above the horizon.
double ridge(double turn, double peak_turn, double peak, int bumps, std::uint32_t seed) {
  const double away = std::abs(fraction(turn - peak_turn + 0.5) - 0.5);
  const double rough =
      valueNoise(turn * bumps, 0, bumps, 1, seed) + 0.5 * valueNoise(turn * bumps * 3, 0, bumps * 3, 1, seed + 1);
  return 0.08 + peak * (1.0 - smoothStep(0.0, 0.20, away)) + 0.20 * rough;
}

Colour clouds(const Colour& sky, double turn, double rise) {
  const double height = rise * 9.0;
  const double density = 0.55 * valueNoise(turn * 16, height, 16, 64, 31) +
                         0.30 * valueNoise(turn * 40, 2 * height, 40, 64, 32) +
                         0.15 * valueNoise(turn * 96, 4 * height, 96, 64, 33);
  return mix(sky, {250, 250, 252}, 0.85 * smoothStep(0.50, 0.72, density));
}

/// `turn`: the direction as a share of the circle; `rise`: height above the horizon for each unit away.
Colour paint(double turn, double rise) {
  const Colour far_mountain{146, 162, 190};
  const Colour near_mountain{104, 126, 118};
  if (rise < ridge(turn, 0.98, 0.26, 24, 21))
    return mix(near_mountain, {168, 180, 178}, smoothStep(0.5, 0.0, rise) * 0.4);
  if (rise < ridge(turn, 0.66, 0.26, 17, 23)) {
    return mix(far_mountain, {240, 244, 250},
               smoothStep(0.42, 0.46, rise + 0.14 * valueNoise(turn * 60, 0, 60, 1, 25)));  // snow
  }
  Colour sky = mix({206, 226, 240}, {70, 132, 208}, smoothStep(0.05, 0.75, rise));
  sky = clouds(sky, turn, rise);
  const double across = (fraction(turn - kSunTurn + 0.5) - 0.5) * 2 * kPi;
  const double distance = std::sqrt(across * across + (rise - kSunRise) * (rise - kSunRise));
  sky = mix(sky, {255, 240, 196}, 0.7 * (1.0 - smoothStep(0.05, 0.45, distance)));
  return mix({255, 252, 226}, sky, smoothStep(0.07, 0.10, distance));
}

}  // namespace

SkyPanorama::SkyPanorama() {
  pixels_.reserve(static_cast<std::size_t>(kHeadings) * kPoolFrame.width * kHorizonRow);
  for (int heading = 0; heading < kHeadings; ++heading) {
    for (int column = 0; column < kPoolFrame.width; ++column) {
      const Direction ray = rayDirection(heading, column);
      const double turn = turnOf(ray.x, ray.y);
      const double length = std::sqrt(ray.x * ray.x + ray.y * ray.y);
      for (int row = 0; row < kHorizonRow; ++row) {
        pixels_.push_back(toBytes(paint(turn, (kHorizonRow - row - 0.5) / kFocalLength / length)));
      }
    }
  }
}

}  // namespace limbeck
