// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/source_algorithm.h"

namespace limbeck {

void HistoryBuffer::clear() {
  observations.clear();
  actions.clear();
  rewards.clear();
  ends.clear();
  labels.clear();
}

TransitionColumns HistoryBuffer::columns() const {
  return {.observations = observations, .actions = actions, .rewards = rewards, .ends = ends, .labels = labels};
}

}  // namespace limbeck
