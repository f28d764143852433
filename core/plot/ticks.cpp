// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace limbeck {

namespace {

/// A bound that is a multiple of the step but for rounding counts as one.
constexpr double kSlack = 1e-9;

Ticks multiplesWithin(double min, double max, double step) {
  Ticks ticks{.step = step, .values = {}};
  const double last = std::floor(max / step + kSlack);
  for (double k = std::ceil(min / step - kSlack); k <= last; ++k) {
    ticks.values.push_back(k == 0.0 ? 0.0 : k * step);  // Never -0.
  }
  return ticks;
}

}  // namespace

std::string Ticks::label(double value) const {
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - kSlack)));
  return fmt::format("{:.{}f}", value, decimals);
}

Ticks niceTicks(double min, double max, int max_count) {
  LIMBECK_CHECK(std::isfinite(min) && std::isfinite(max) && min < max && max_count >= 2,
                fmt::format("{} ticks on [{}, {}]", max_count, min, max));
  double power = std::pow(10.0, std::floor(std::log10((max - min) / max_count)));
  for (;; power *= 10.0) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      Ticks ticks = multiplesWithin(min, max, digit * power);
      if (ticks.values.size() <= static_cast<std::size_t>(max_count)) return ticks;
    }
  }
}

}  // namespace limbeck
