// SPDX-License-Identifier: GPL-3.0-or-later
// What the renderer needs of mathematics, from additions, products, quotients and square roots alone: IEEE 754 fixes
// their every bit, while atan2 and its like differ from one C library to the next. This folder is compiled with
// -ffp-contract=off, so that no product and sum become one rounding on processors that can. So a frame is the same on
// every machine.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace limbeck {

inline constexpr double kPi = 3.14159265358979323846;
inline constexpr double kSqrtHalf = 0.70710678118654752440;

/// atan(z) for 0 <= z <= 1 within 1e-5 (Abramowitz and Stegun, 4.4.49).
constexpr double arcTangent(double z) {
  const double s = z * z;
  return z * (0.9998660 + s * (-0.3302995 + s * (0.1801410 + s * (-0.0851330 + s * 0.0208351))));
}

/// The direction of (x, y) as a share of the full circle in [0, 1), from the x axis towards the y axis.
inline double turnOf(double x, double y) {
  const double across = std::abs(x);
  const double along = std::abs(y);
  double angle = across >= along ? arcTangent(along / across) : kPi / 2 - arcTangent(across / along);
  if (x < 0) angle = kPi - angle;
  const double turn = (y < 0 ? 2 * kPi - angle : angle) / (2 * kPi);
  return turn >= 1.0 ? 0.0 : turn;
}

/// `value` without its whole part, in [0, 1).
inline double fraction(double value) {
  return value - std::floor(value);
}

/// 0 below `low`, 1 above `high`, smooth between.
inline double smoothStep(double low, double high, double value) {
  const double share = std::clamp((value - low) / (high - low), 0.0, 1.0);
  return share * share * (3.0 - 2.0 * share);
}

/// A wave of period 1 between -1 and 1 that is 1 at 0; close to a cosine.
inline double smoothWave(double turn) {
  const double distance = std::abs(fraction(turn + 0.5) - 0.5);  // from the crest: 0 .. 0.5
  return 1.0 - 2.0 * smoothStep(0.0, 0.5, distance);
}

/// Scrambles three integers into one of [0, 1).
constexpr double scatter(std::int32_t x, std::int32_t y, std::uint32_t seed) {
  std::uint32_t h =
      seed * 0x9E3779B1U + static_cast<std::uint32_t>(x) * 0x85EBCA77U + static_cast<std::uint32_t>(y) * 0xC2B2AE3DU;
  h = (h ^ (h >> 15)) * 0x2C1B3C6DU;
  h = (h ^ (h >> 12)) * 0x297A2D39U;
  return static_cast<double>(h ^ (h >> 15)) * 0x1.0p-32;
}

/// Smooth noise in [0, 1): scattered values at whole coordinates, blended between them. It repeats after `period_x` and
/// `period_y`.
inline double valueNoise(double x, double y, int period_x, int period_y, std::uint32_t seed) {
  const auto wrap = [](double whole, int period) {
    const int rest = static_cast<int>(whole) % period;
    return rest < 0 ? rest + period : rest;
  };
  const double left = std::floor(x);
  const double top = std::floor(y);
  const int x0 = wrap(left, period_x);
  const int x1 = (x0 + 1) % period_x;
  const int y0 = wrap(top, period_y);
  const int y1 = (y0 + 1) % period_y;
  const double fx = smoothStep(0.0, 1.0, x - left);
  const double fy = smoothStep(0.0, 1.0, y - top);
  const double upper = scatter(x0, y0, seed) * (1 - fx) + scatter(x1, y0, seed) * fx;
  const double lower = scatter(x0, y1, seed) * (1 - fx) + scatter(x1, y1, seed) * fx;
  return upper * (1 - fy) + lower * fy;
}

}  // namespace limbeck
