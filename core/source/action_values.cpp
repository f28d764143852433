// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/action_values.h"

#include <map>
#include <string>

namespace limbeck {

std::vector<std::uint16_t> rowsOfStates(const TabularTask& task, bool observes_state) {
  std::vector<std::uint16_t> rows(static_cast<std::size_t>(task.state_count));
  std::map<std::string, std::uint16_t> row_of_observation;
  const int size = task.spec.observationSize();
  for (int state = 0; state < task.state_count; ++state) {
    rows[state] = static_cast<std::uint16_t>(state);
    if (observes_state) continue;
    const auto begin = task.observation.begin() + static_cast<std::ptrdiff_t>(state) * size;
    const auto next = static_cast<std::uint16_t>(row_of_observation.size());
    rows[state] = row_of_observation.try_emplace(std::string(begin, begin + size), next).first->second;
  }
  return rows;
}

}  // namespace limbeck
