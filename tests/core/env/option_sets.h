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

/// Every registered name with its defaults and with each option turned, small enough for exhaustive looks where it says
/// so.
inline std::vector<OptionSet> optionSets() {
  std::vector<OptionSet> sets;
  for (const std::string& name : environmentNames()) {
    const auto add = [&](const std::string& title, auto change) {
      EnvironmentOptions options = defaultOptions(name);
      change(options);
      sets.push_back({name + ", " + title, options});
    };
    const auto shrink = [](EnvironmentOptions& o) {
      o.size = 3;
      o.horizon = 7;
    };
    add("defaults", [](EnvironmentOptions&) {});
    add("3x3", shrink);
    add("2x2, one step", [](EnvironmentOptions& o) { o.size = 2, o.horizon = 1; });
    add("4x4 from the corner", [](EnvironmentOptions& o) { o.size = 4, o.horizon = 9, o.start = StartRule::Corner; });
    add("4x4 from its centre", [](EnvironmentOptions& o) { o.size = 4, o.horizon = 9, o.start = StartRule::Centre; });
    add("3x3 from anywhere", [&](EnvironmentOptions& o) { shrink(o), o.start = StartRule::Random; });
    add("3x3 from anywhere, ends at goal",
        [&](EnvironmentOptions& o) { shrink(o), o.start = StartRule::Random, o.ends_at_goal = true; });
    if (name == "key_to_door") {
      add("3x3, key = door", [&](EnvironmentOptions& o) { shrink(o), o.allows_key_is_door = true; });
      add("3x3, key = door, ends at door",
          [&](EnvironmentOptions& o) { shrink(o), o.allows_key_is_door = true, o.ends_at_goal = true; });
    } else {
      add("3x3, start is a goal", [&](EnvironmentOptions& o) { shrink(o), o.allows_start_goal = true; });
      add("3x3, paid once", [&](EnvironmentOptions& o) { shrink(o), o.reward = RewardRule::Once; });
      add("3x3, paid every step", [&](EnvironmentOptions& o) { shrink(o), o.reward = RewardRule::EveryStep; });
      add("3x3, paid every step, ends at goal",
          [&](EnvironmentOptions& o) { shrink(o), o.reward = RewardRule::EveryStep, o.ends_at_goal = true; });
    }
  }
  return sets;
}

}  // namespace limbeck::testing
