// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/view/frame_codes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "core/base/check.h"

namespace limbeck {

FrameCodes::FrameCodes(const FrameFeatures& features, int levels)
    : components_(features.components),
      codes_(features.values.size()),
      by_code_(static_cast<std::size_t>(features.frames())) {
  LIMBECK_CHECK(levels >= 2 && levels <= 256, fmt::format("{} levels in a byte", levels));
  const std::size_t count = by_code_.size();
  const auto width = static_cast<std::size_t>(components_);
  std::iota(by_code_.begin(), by_code_.end(), 0);
  for (std::size_t k = 0; k < width; ++k) {
    std::vector<std::int32_t> order = by_code_;
    const auto value = [&](std::int32_t frame) { return features.of(frame)[k]; };
    std::ranges::stable_sort(order, {}, value);  // equal values keep the frames' order
    for (std::size_t rank = 0; rank < count; ++rank) {
      const auto level = rank * static_cast<std::size_t>(levels) / count;
      codes_[static_cast<std::size_t>(order[rank]) * width + k] = static_cast<std::uint8_t>(level);
    }
  }
  std::ranges::sort(by_code_, [this](std::int32_t a, std::int32_t b) {
    const int difference = std::memcmp(of(a).data(), of(b).data(), static_cast<std::size_t>(components_));
    return difference != 0 ? difference < 0 : a < b;
  });
}

int FrameCodes::frameOf(std::span<const std::uint8_t> code) const {
  LIMBECK_CHECK(static_cast<int>(code.size()) == components_,
                fmt::format("{} bytes for a code of {}", code.size(), components_));
  const auto compare = [&](std::int32_t frame) { return std::memcmp(of(frame).data(), code.data(), code.size()); };
  const auto found = std::ranges::partition_point(by_code_, [&](std::int32_t frame) { return compare(frame) < 0; });
  return found != by_code_.end() && compare(*found) == 0 ? *found : -1;
}

}  // namespace limbeck
