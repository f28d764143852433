// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace limbeck {

/// A stretch of a line without gaps: the points begin .. end.
struct FiniteRun {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The stretches of `values` between those that are not finite, in order.
std::vector<FiniteRun> finiteRuns(std::span<const double> values);

}  // namespace limbeck
