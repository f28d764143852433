// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/pool_renderer.h"

#include <algorithm>
#include <array>
#include <bit>

#include "core/base/check.h"

namespace limbeck {

/// Where the ray of a column meets the wall.
struct PoolRenderer::WallHit {
  double distance = 0.0;  ///< ahead, along the heading
  double turn = 0.0;      ///< around the pool
  int level = 0;          ///< the texture's resolution whose pixels are about as large as the frame's there
};

namespace {

constexpr int kWidth = kPoolFrame.width;
constexpr PixelBytes kHaze = {196, 212, 222, 0};
constexpr std::array<std::uint16_t, 4> kMirroredSky = {176, 208, 226, 0};
constexpr int kRowBytes = kWidth * 3;

/// A pixel with 16 bits for each channel, red lowest: as one number all channels are blended at once, as four numbers
/// they can be worked on in plain loops.
using WidePixel = std::uint64_t;
using WideChannels = std::array<std::uint16_t, 4>;

/// One column of the wall, from the water up, as it looks at its distance, and above it the sky as the water mirrors
/// it: twice, so that every pixel has a neighbour to be blended with.
using WallColumn = std::array<WideChannels, WallTexture::kRows + 2>;

WidePixel load(const WideChannels& channels) {
  return std::bit_cast<WidePixel>(channels);
}

/// `from` at share 0, `to` at share 256.
WidePixel blendWide(WidePixel from, WidePixel to, std::uint32_t share) {
  return (from * (256U - share) + to * share) >> 8 & 0x00FF00FF00FF00FFU;
}

std::uint16_t blendChannel(std::uint16_t from, std::uint16_t to, std::uint16_t share) {
  return static_cast<std::uint16_t>(from * (256 - share) + to * share) >> 8;
}

void put(std::uint8_t* rgb, const WideChannels& pixel) {
  rgb[0] = static_cast<std::uint8_t>(pixel[0]);
  rgb[1] = static_cast<std::uint8_t>(pixel[1]);
  rgb[2] = static_cast<std::uint8_t>(pixel[2]);
}

WideChannels widened(const PixelBytes& pixel) {
  return {pixel[0], pixel[1], pixel[2], 0};
}

void put(std::uint8_t* rgb, WidePixel pixel) {
  put(rgb, std::bit_cast<WideChannels>(pixel));
}

/// Blends the two columns of the texture beside a direction, and haze over them.
void fillWallColumn(const WallTexture& texture, int level, double turn, std::uint16_t haze, WallColumn& out) {
  const int columns = WallTexture::columns(level);
  const std::size_t rows = static_cast<std::size_t>(WallTexture::rows(level));
  const int place = static_cast<int>((turn * columns + columns - 0.5) * 256.0);
  const PixelBytes* left = texture.column(level, (place >> 8) & (columns - 1));
  const PixelBytes* right = texture.column(level, ((place >> 8) + 1) & (columns - 1));
  const std::uint16_t share = static_cast<std::uint16_t>(place & 255);
  for (std::size_t v = 0; v < rows; ++v) {
    for (std::size_t i = 0; i < 4; ++i) {
      out[v][i] = blendChannel(blendChannel(left[v][i], right[v][i], share), kHaze[i], haze);
    }
  }
  out[rows] = kMirroredSky;
  out[rows + 1] = kMirroredSky;
}

}  // namespace

/// The wall as one column of a frame sees it. Heights are above the water, in 256ths of a pixel of the texture.
struct PoolRenderer::WallView {
  WallColumn colours;
  int rim = 0;         ///< the wall's height
  int at_horizon = 0;  ///< the height that the first row below the horizon sees: half a row below the eye
  int fall = 0;        ///< how much lower each next row sees

  WallView(const WallTexture& texture, const WallHit& hit) : rim(WallTexture::rows(hit.level) * 256) {
    fillWallColumn(texture, hit.level, hit.turn, static_cast<std::uint16_t>(std::min(hit.distance, 2.0) * 40.0),
                   colours);
    const double per_length = rim / kWallHeight;
    fall = static_cast<int>(hit.distance / kFocalLength * per_length);
    at_horizon = static_cast<int>(kEyeHeight * per_length) - fall / 2;
  }

  int heightAt(int row) const { return at_horizon + (kHorizonRow - row) * fall; }
  /// The first row that sees water.
  int waterRow() const { return std::min(kHorizonRow + at_horizon / fall + 1, kPoolFrame.height); }
  /// At the height of the rim the wall is already blended with the sky above it.
  int highest() const { return rim - 128; }

  /// A pixel of the texture has its colour in its middle.
  WidePixel colourAt(int height) const {
    const int place = std::max(height - 128, 0);
    const std::size_t v = static_cast<std::size_t>(place >> 8);
    return blendWide(load(colours[v]), load(colours[v + 1]), static_cast<std::uint32_t>(place & 255));
  }
};

void PoolRenderer::render(const EyePose& eye, std::span<std::uint8_t> rgb) const {
  LIMBECK_CHECK(rgb.size() == kPoolFrame.bytes(), "a frame has 72 x 96 x 3 bytes");
  const double inside = 1.0 - eye.x * eye.x - eye.y * eye.y;
  LIMBECK_CHECK(inside > 0.06, "the eye is inside the wall and not closer to it than 0.03");
  std::array<WallHit, kWidth> hits;
  for (int column = 0; column < kWidth; ++column) {
    // |eye + distance * ray| = 1, solved for the distance ahead.
    const Direction ray = rayDirection(eye.heading, column);
    const double square = ray.x * ray.x + ray.y * ray.y;
    const double half = eye.x * ray.x + eye.y * ray.y;
    const double distance = (std::sqrt(half * half + square * inside) - half) / square;
    hits[static_cast<std::size_t>(column)] = {distance, turnOf(eye.x + distance * ray.x, eye.y + distance * ray.y), 0};
  }
  for (int column = 0; column < kWidth; ++column) {
    const WallHit& before = hits[static_cast<std::size_t>(std::max(column - 1, 0))];
    const WallHit& after = hits[static_cast<std::size_t>(std::min(column + 1, kWidth - 1))];
    WallHit& hit = hits[static_cast<std::size_t>(column)];
    const double across = std::abs(fraction(after.turn - before.turn + 0.5) - 0.5) / 2 * WallTexture::kColumns;
    const double upwards = hit.distance * WallTexture::kRows / (kWallHeight * kFocalLength);
    double footprint = std::max(across, upwards);
    while (footprint > 1.5 && hit.level + 1 < WallTexture::kLevels) {
      footprint /= 2;
      ++hit.level;
    }
    std::uint8_t* top = rgb.data() + static_cast<std::ptrdiff_t>(column) * 3;
    const WallView wall(wall_, hit);
    renderAboveWater(sky_.column(eye.heading, column), hit, wall, top);
    renderWater(eye, column, wall, top);
  }
}

void PoolRenderer::renderAboveWater(const PixelBytes* sky, const WallHit& hit, const WallView& wall,
                                    std::uint8_t* rgb) {
  const double rim_row = kHorizonRow - (kWallHeight - kEyeHeight) * kFocalLength / hit.distance;
  int row = 0;
  for (; row + 1 <= rim_row; ++row) put(rgb + row * kRowBytes, widened(sky[row]));
  if (rim_row > 0.0) {  // one row is shared by sky and wall
    const std::uint32_t share = static_cast<std::uint32_t>((rim_row - row) * 256.0);
    const WidePixel above = std::bit_cast<WidePixel>(widened(sky[row]));
    put(rgb + row * kRowBytes, blendWide(wall.colourAt(wall.highest()), above, share));
    ++row;
  }
  const int end = wall.waterRow();
  for (; row < end; ++row) put(rgb + row * kRowBytes, wall.colourAt(std::min(wall.heightAt(row), wall.highest())));
}

/// The water mirrors the wall, rippled. What has to be looked up comes first, so that the rest is one plain loop.
void PoolRenderer::renderWater(const EyePose& eye, int column, const WallView& wall, std::uint8_t* rgb) const {
  const int first = wall.waterRow() - kHorizonRow;
  const WaterSurface::Place* places = water_.places(eye.heading, column);
  const std::uint8_t shift_x = WaterSurface::shift(eye.x);
  const std::uint8_t shift_y = WaterSurface::shift(eye.y);
  std::array<WideChannels, WaterSurface::kRows> pixels;
  std::array<std::int16_t, WaterSurface::kRows> lightness;
  for (int i = first; i < WaterSurface::kRows; ++i) {
    const int ripple = water_.ripple(i, static_cast<std::uint8_t>(places[i].x + shift_x),
                                     static_cast<std::uint8_t>(places[i].y + shift_y));
    const int mirrored = ((ripple * wall.fall) >> 4) - wall.heightAt(kHorizonRow + i);
    const WidePixel image = wall.colourAt(std::clamp(mirrored, 0, wall.rim + 128));  // above the rim: the sky
    pixels[static_cast<std::size_t>(i)] = std::bit_cast<WideChannels>(image);
    lightness[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(ripple >> 2);
  }
  for (std::size_t i = static_cast<std::size_t>(first); i < WaterSurface::kRows; ++i) {
    const WaterSurface::Row& water = water_.row(i);
    for (std::size_t c = 0; c < 4; ++c) {
      const std::uint16_t mixed = static_cast<std::uint16_t>(water.base[c] + pixels[i][c] * water.reflection);
      const std::int16_t lit = static_cast<std::int16_t>((mixed >> 8) + lightness[i]);
      pixels[i][c] = static_cast<std::uint16_t>(std::clamp<std::int16_t>(lit, 0, 255));
    }
    put(rgb + (kHorizonRow + static_cast<int>(i)) * kRowBytes, pixels[i]);
  }
}

}  // namespace limbeck
