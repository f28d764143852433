// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace limbeck {

/// A task in a round pool as a drawing shows it from above, in lattice units: x to the right, y downwards. Where the
/// agent is in it, `Environment::frames()->poseOf(observation)` says.
struct TopView {
  double centre_x = 0.0;
  double centre_y = 0.0;
  double wall_radius = 0.0;
  double goal_x = 0.0;  ///< the platform, which the agent does not see
  double goal_y = 0.0;
  double goal_radius = 0.0;
};

}  // namespace limbeck
