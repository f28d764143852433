// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/rl/environment_spec.h"

namespace limbeck {

/// The first row from `row` on that ends its episode; ends.size() if there is none. Eight rows a look, so that episodes
/// can be found again whenever they are asked for and no index of them has to be kept.
inline std::size_t nextEnd(std::span<const End> ends, std::size_t row) {
  for (; row + sizeof(std::uint64_t) <= ends.size(); row += sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, ends.data() + row, sizeof eight);
    if (eight != 0) return row + static_cast<std::size_t>(std::countr_zero(eight)) / 8;
  }
  while (row < ends.size() && ends[row] == End::None) ++row;
  return row;
}

/// One past the last row before `bound` that ends its episode; 0 if there is none.
inline std::size_t afterLastEnd(std::span<const End> ends, std::size_t bound) {
  for (; bound >= sizeof(std::uint64_t); bound -= sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, ends.data() + bound - sizeof eight, sizeof eight);
    if (eight != 0) return bound - static_cast<std::size_t>(std::countl_zero(eight)) / 8;
  }
  while (bound > 0 && ends[bound - 1] == End::None) --bound;
  return bound;
}

/// The row where the last `episodes` whole episodes begin: 0 if there are no more than that. An unfinished one at the
/// end counts as none.
inline std::size_t beginOfLast(std::span<const End> ends, int episodes) {
  std::size_t bound = ends.size();
  for (int found = 0;; ++found) {
    const std::size_t after = afterLastEnd(ends, bound);
    if (after == 0 || found == episodes) return after;
    bound = after - 1;
  }
}

}  // namespace limbeck
