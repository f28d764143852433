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

}  // namespace limbeck
