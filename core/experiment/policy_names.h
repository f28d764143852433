// SPDX-License-Identifier: GPL-3.0-or-later
// The names of the policies that play the held-out tasks, as they stand in the database, in JSON and on disk.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace limbeck {

struct ExperimentConfig;

/// What the experiment trains, whatever method that is (`learnerLabel` tells).
inline constexpr const char* kPolicyAd = "ad";
inline constexpr const char* kPolicyCleared = "ad_cleared";
inline constexpr const char* kPolicySource = "source";
/// Not played, because their expected returns are known exactly.
inline constexpr const char* kPolicyRandom = "random";
inline constexpr const char* kPolicyOptimum = "optimum";

/// "ad_prompt_25": the transformer, whose context begins with a source's history up to this percentage of it.
std::string promptPolicy(int percent);
/// The percentage in such a name; nothing for other names.
std::optional<int> promptPercent(std::string_view policy);

/// Whether some experiment has a policy of this name.
bool isPolicyName(std::string_view name);

/// What people call that which an experiment trains: "RL²" with training.method = "rl2"; "DPT" where the labels are the
/// oracle's; "Expert distillation" where the source is the oracle or only the last episodes of a history count; else
/// "AD".
std::string learnerLabel(const ExperimentConfig& config);

/// For people: "AD" (or what `learner` is called), "context cleared", "source", "AD from 25 %". A name that is not
/// known stands for itself.
std::string policyLabel(std::string_view learner, std::string_view policy);
std::string policyLabel(const ExperimentConfig& config, std::string_view policy);

}  // namespace limbeck
