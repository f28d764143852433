// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace limbeck {

/// A colour while it is being mixed: each channel from 0 to 255.
struct Colour {
  double red = 0.0;
  double green = 0.0;
  double blue = 0.0;
};

constexpr Colour mix(const Colour& from, const Colour& to, double share) {
  return {from.red + (to.red - from.red) * share, from.green + (to.green - from.green) * share,
          from.blue + (to.blue - from.blue) * share};
}

constexpr Colour scaled(const Colour& colour, double factor) {
  return {colour.red * factor, colour.green * factor, colour.blue * factor};
}

/// A colour in a picture: red, green, blue, and a byte that is 0, so that four bytes at a time stay together.
using PixelBytes = std::array<std::uint8_t, 4>;

constexpr PixelBytes toBytes(const Colour& colour) {
  const auto channel = [](double value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5); };
  return {channel(colour.red), channel(colour.green), channel(colour.blue), 0};
}

}  // namespace limbeck
