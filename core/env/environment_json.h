// SPDX-License-Identifier: GPL-3.0-or-later
// EnvironmentOptions as JSON, for manifests and checkpoints: one key per field, by its name; enums as the names below.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/env/environment.h"

namespace limbeck {

/// "centre", "corner", "random".
std::string_view startRuleName(StartRule rule);
/// "every_step", "once".
std::string_view rewardRuleName(RewardRule rule);
/// "by_task", "corner", "opposite_corner".
std::string_view goalRuleName(GoalRule rule);
/// The inverse of the above; throws Error(InvalidArgument) listing the known names.
StartRule startRuleFromName(std::string_view name);
RewardRule rewardRuleFromName(std::string_view name);
GoalRule goalRuleFromName(std::string_view name);

/// Options that came after the first release stand in it only where they differ from the environment's default.
nlohmann::json toJson(const EnvironmentOptions& options);

/// A missing key other than "name" takes the environment's default, so that old manifests stay readable when options
/// are added. Throws Error(InvalidArgument) for a missing or unknown name, an unknown key or a value of the wrong type,
/// naming it.
EnvironmentOptions environmentOptionsFromJson(const nlohmann::json& json);

}  // namespace limbeck
