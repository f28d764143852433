// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/source/source_algorithm.h"

namespace limbeck::test {

/// One learner with `options.actors` actors, and their histories.
inline std::vector<HistoryBuffer> learnJointly(const TabularTask& task, const SourceOptions& options,
                                               std::uint64_t seed) {
  std::vector<Rng> rngs;
  for (int i = 0; i < options.actors; ++i) {
    rngs.push_back(Rng(Seed{seed}).split("history", static_cast<std::uint64_t>(i)));
  }
  std::vector<HistoryBuffer> buffers(rngs.size());
  makeSourceAlgorithm(options)->learnEach(task, rngs, buffers);
  return buffers;
}

}  // namespace limbeck::test
