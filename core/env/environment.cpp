// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/environment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/base/error.h"
#include "core/env/bandit.h"
#include "core/env/darkroom.h"
#include "core/env/darkroom_dynamic.h"
#include "core/env/grid_map.h"
#include "core/env/key_to_door.h"
#include "core/env/top_view.h"
#include "core/env/watermaze.h"

namespace limbeck {
namespace {

struct Entry {
  std::string_view name;
  EnvironmentOptions (*defaults)();
  std::unique_ptr<Environment> (*make)(const EnvironmentOptions&);
};

/// Every environment there is: a new one is a file and a line here.
std::span<const Entry> entries() {
  static constexpr std::array kEntries = {
      Entry{"darkroom", darkroomDefaults, makeDarkroom},
      Entry{"darkroom_hard", darkroomHardDefaults, makeDarkroom},
      Entry{"key_to_door", keyToDoorDefaults, makeKeyToDoor},
      Entry{"darkroom_dynamic", darkroomDynamicDefaults, makeDarkroomDynamic},
      Entry{"large_darkroom", largeDarkroomDefaults, makeDarkroom},
      Entry{"large_darkroom_hard", largeDarkroomHardDefaults, makeDarkroom},
      Entry{"large_darkroom_dynamic", largeDarkroomDynamicDefaults, makeDarkroomDynamic},
      Entry{"large_key_to_door", largeKeyToDoorDefaults, makeKeyToDoor},
      Entry{"bandit", banditDefaults, makeBandit},
      Entry{"grid_map", gridMapDefaults, makeGridMap},
      Entry{"watermaze", watermazeDefaults, makeWatermaze},
  };
  return kEntries;
}

const Entry& findEntry(std::string_view name) {
  const auto entry = std::ranges::find(entries(), name, &Entry::name);
  if (entry == entries().end()) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("unknown environment \"{}\"; known are {}", name, fmt::join(environmentNames(), ", ")));
  }
  return *entry;
}

}  // namespace

std::optional<TopView> Environment::topView(TaskId) const {
  return std::nullopt;
}

EnvironmentOptions defaultOptions(std::string_view name) {
  return findEntry(name).defaults();
}

std::unique_ptr<Environment> makeEnvironment(const EnvironmentOptions& options) {
  return findEntry(options.name).make(options);
}

std::vector<std::string> environmentNames() {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) names.emplace_back(entry.name);
  return names;
}

}  // namespace limbeck
