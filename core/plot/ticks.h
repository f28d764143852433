// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace limbeck {

/// Round numbers on an axis.
struct Ticks {
  double step = 1.0;           ///< 1, 2 or 5 times a power of ten
  std::vector<double> values;  ///< the multiples of `step` within the range, ascending

  /// As many decimals as the step needs: "0.5", "1000".
  std::string label(double value) const;
};

/// The finest 1-2-5 step that puts at most `max_count` ticks on [min, max]. `max_count` is 2 at least and min < max,
/// both finite.
Ticks niceTicks(double min, double max, int max_count);

}  // namespace limbeck
