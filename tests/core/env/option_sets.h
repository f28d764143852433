// SPDX-License-Identifier: GPL-3.0-or-later
// The settings in which every registered environment has to keep its promises.
#pragma once

#include <string>
#include <vector>

#include "core/env/environment.h"

namespace limbeck::testing {

struct OptionSet {
  std::string title;
  EnvironmentOptions options;
};

/// Square rooms with each option turned, small enough for exhaustive looks where it says so.
inline void addSquareSets(const std::string& name, std::vector<OptionSet>& sets) {
  const auto add = [&](const std::string& title, auto change) {
    EnvironmentOptions options = defaultOptions(name);
    change(options);
    sets.push_back({name + ", " + title, options});
  };
  const auto shrink = [](EnvironmentOptions& o) {
    o.size = 3;
    o.horizon = 7;
  };
  add("3x3", shrink);
  if (name.starts_with("large_")) return;  // another room's rules on more cells
  add("2x2, one step", [](EnvironmentOptions& o) { o.size = 2, o.horizon = 1; });
  add("4x4 from its centre", [](EnvironmentOptions& o) { o.size = 4, o.horizon = 9, o.start = StartRule::Centre; });
  add("3x3 from anywhere", [&](EnvironmentOptions& o) { shrink(o), o.start = StartRule::Random; });
  add("3x3 from anywhere, ends at goal",
      [&](EnvironmentOptions& o) { shrink(o), o.start = StartRule::Random, o.ends_at_goal = true; });
  const bool has_fixed_goal = defaultOptions(name).goal != GoalRule::ByTask;
  add("4x4 from the corner", [&](EnvironmentOptions& o) {
    o.size = 4, o.horizon = 9, o.start = StartRule::Corner;
    if (has_fixed_goal) o.goal = GoalRule::OppositeCorner;
  });
  if (name.ends_with("key_to_door")) {
    add("3x3, key = door", [&](EnvironmentOptions& o) { shrink(o), o.allows_key_is_door = true; });
    add("3x3, key = door, ends at door",
        [&](EnvironmentOptions& o) { shrink(o), o.allows_key_is_door = true, o.ends_at_goal = true; });
    return;
  }
  add("3x3, start is a goal", [&](EnvironmentOptions& o) {
    shrink(o), o.allows_start_goal = true;
    if (has_fixed_goal) o.start = StartRule::Corner;
  });
  add("3x3, paid once", [&](EnvironmentOptions& o) { shrink(o), o.reward = RewardRule::Once; });
  add("3x3, paid every step", [&](EnvironmentOptions& o) { shrink(o), o.reward = RewardRule::EveryStep; });
  add("3x3, paid every step, ends at goal",
      [&](EnvironmentOptions& o) { shrink(o), o.reward = RewardRule::EveryStep, o.ends_at_goal = true; });
}

inline void addMapSets(std::vector<OptionSet>& sets) {
  const auto add = [&](const std::string& title, const std::string& map, auto change) {
    EnvironmentOptions options = defaultOptions("grid_map");
    options.map = map;
    options.horizon = 9;
    change(options);
    sets.push_back({"grid_map, " + title, options});
  };
  const std::string rooms = "GS#G\nG..G\n";
  add("walls", rooms, [](EnvironmentOptions&) {});
  add("walls, paid every step", rooms, [](EnvironmentOptions& o) { o.reward = RewardRule::EveryStep; });
  add("walls, ends at goal", rooms, [](EnvironmentOptions& o) { o.ends_at_goal = true; });
  add("from anywhere", "G.#\n#.G", [](EnvironmentOptions&) {});
  add("two starts, key and door", "SK.\n#KD\nSDD\n", [](EnvironmentOptions&) {});
  add("key and door, ends at door", "SK.\n#.D\nKDD\n", [](EnvironmentOptions& o) { o.ends_at_goal = true; });
  add("slippery", "S~G\n#~G\n~~G\n", [](EnvironmentOptions&) {});
  add("slippery, paid every step, ends at goal", "S~G\n.~G\n",
      [](EnvironmentOptions& o) { o.reward = RewardRule::EveryStep, o.ends_at_goal = true, o.slip_probability = 0.5; });
  add("slippery, key and door", "SK~\n~~D\nSDK\n", [](EnvironmentOptions& o) { o.slip_probability = 1.0; });
}

/// Small round pools.
inline void addPoolSets(const std::string& name, std::vector<OptionSet>& sets) {
  const auto add = [&](const std::string& title, auto change) {
    EnvironmentOptions options = defaultOptions(name);
    options.size = 17;
    options.horizon = 9;
    options.platform_radius = 2;
    change(options);
    sets.push_back({name + ", " + title, options});
  };
  add("paid once", [](EnvironmentOptions&) {});
  add("paid every step", [](EnvironmentOptions& o) { o.reward = RewardRule::EveryStep; });
  add("ends at the platform", [](EnvironmentOptions& o) { o.ends_at_goal = true; });
  add("from anywhere", [](EnvironmentOptions& o) { o.start = StartRule::Random, o.reward = RewardRule::EveryStep; });
  add("from anywhere, ends at the platform",
      [](EnvironmentOptions& o) { o.start = StartRule::Random, o.ends_at_goal = true; });
  add("platform under the start, one step", [](EnvironmentOptions& o) { o.allows_start_goal = true, o.horizon = 1; });
}

/// Every registered name with its defaults and in settings of its own.
inline std::vector<OptionSet> optionSets() {
  std::vector<OptionSet> sets;
  for (const std::string& name : environmentNames()) {
    const EnvironmentOptions defaults = defaultOptions(name);
    sets.push_back({name + ", defaults", defaults});
    const bool has_grid = makeEnvironment(defaults)->gridSize() != GridSize{};
    if (has_grid && defaults.map.empty()) addSquareSets(name, sets);
    if (!defaults.map.empty()) addMapSets(sets);
    if (defaults.platform_radius > 0) addPoolSets(name, sets);
    if (defaults.arms > 0) {
      EnvironmentOptions options = defaults;
      options.arms = 3;
      options.favoured_share = 0.5;
      sets.push_back({name + ", 3 arms", options});
    }
  }
  return sets;
}

/// Whether the rules of `plain_rules.h` apply, on a grid that is small enough to look at everything.
inline bool isSmallPlainGrid(const EnvironmentOptions& options, int largest_side) {
  const auto environment = makeEnvironment(options);
  const GridSize size = environment->gridSize();
  return size.width > 0 && size.width <= largest_side && size.height <= largest_side &&
         environment->makeTask(TaskId{0}).isDeterministic();
}

}  // namespace limbeck::testing
