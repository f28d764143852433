// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/env/view/frame_view.h"

namespace limbeck {

/// Each square of block x block pixels of a frame becomes one, the rounded mean; the frame's height and width are
/// multiples of `block`. Inline, so that the compiler knows the size of the square.
inline void averageDown(std::span<const std::uint8_t> frame, const FrameShape& shape, int block,
                        std::span<std::uint8_t> out) {
  const int row_bytes = shape.width * shape.channels;
  const int area = block * block;
  std::size_t place = 0;
  for (int y = 0; y < shape.height / block; ++y) {
    for (int x = 0; x < shape.width / block; ++x) {
      for (int channel = 0; channel < shape.channels; ++channel) {
        const std::uint8_t* corner = frame.data() + y * block * row_bytes + x * block * shape.channels + channel;
        int sum = area / 2;
        for (int row = 0; row < block; ++row) {
          for (int column = 0; column < block; ++column) sum += corner[row * row_bytes + column * shape.channels];
        }
        out[place++] = static_cast<std::uint8_t>(sum / area);
      }
    }
  }
}

}  // namespace limbeck
