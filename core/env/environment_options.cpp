// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/environment_options.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "core/env/environment_json.h"

namespace limbeck {

void refuseOption(const EnvironmentOptions& options, std::string_view field, std::string_view value,
                  std::string_view reason) {
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("environment {}: {} is {}, but {}; leave it out", options.name, field, value, reason));
}

void refuseUnreadOptions(const EnvironmentOptions& options, std::initializer_list<std::string_view> read) {
  constexpr std::size_t kShownLetters = 40;  // a map may be long
  const nlohmann::json unset = toJson(defaultOptions(options.name));
  const nlohmann::json json = toJson(options);
  for (const auto& [field, value] : json.items()) {
    // An option that came later stands in the JSON only where it is set.
    const bool is_default = unset.contains(field) && unset[field] == value;
    if (is_default || field == "name" || std::ranges::find(read, field) != read.end()) continue;
    std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
    if (shown.size() > kShownLetters) shown = shown.substr(0, kShownLetters) + "...";
    refuseOption(options, field, shown, "this environment does not read it");
  }
}

}  // namespace limbeck
