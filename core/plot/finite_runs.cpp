// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/finite_runs.h"

#include <cmath>

namespace limbeck {

std::vector<FiniteRun> finiteRuns(std::span<const double> values) {
  std::vector<FiniteRun> runs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    if (runs.empty() || runs.back().end != i) runs.push_back({i, i});
    runs.back().end = i + 1;
  }
  return runs;
}

}  // namespace limbeck
