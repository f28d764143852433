// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace limbeck {

/// What an agent needs to know of an environment: the shapes of what it sees and does. Observations are bytes:
/// categorical components (a row, a column) or pixels.
struct EnvironmentSpec {
  std::vector<int> observation_classes;  ///< component i takes values in [0, observation_classes[i]), at most 256
  int action_count = 0;                  ///< actions are 0 .. action_count-1, at most 255
  int horizon = 0;                       ///< an episode has at most this many steps

  int observationSize() const { return static_cast<int>(observation_classes.size()); }
  bool operator==(const EnvironmentSpec&) const = default;
};

using Action = std::uint8_t;

/// How a transition leaves its episode.
enum class End : std::uint8_t {
  None = 0,        ///< the episode goes on
  Terminated = 1,  ///< the task itself ended it
  Truncated = 2,   ///< the horizon was reached
};

}  // namespace limbeck
