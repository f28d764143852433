// SPDX-License-Identifier: GPL-3.0-or-later
// What an experiment is to show, as [[claim]] tables of its file:
//   [[claim]]
//   text = "AD is near its best by episode 500"
//   source = "Laskin et al. 2022, figure 4"   # where it is published
//   published = 13.4                          # the number there
//   point = "AD"                              # which point of the sweep; left out in a file without one
//   policy = "ad"                             # the default; "rl2" says the same of an experiment of RL²
//   metric = "return_at_500"                  # curve_metric.h lists them; of a list every one must fulfil the claim
//   scale = "return"                          # or "normalized": 0 random, 1 optimum; or "source": 0 random, 1 source
//   at_least = 13.2                           # and/or at_most
// Against another point, policy or "point/policy":
//   above = "expert distillation"             # or below = ...: the difference's interval tells
//   minus = "expert distillation"             # or divided_by = ...: at_least and at_most are of the difference or
//   ratio
// The metric "hours_per_10000_updates" is of the training alone, without policy, scale and comparison.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/policy_names.h"
#include "core/experiment/sweep.h"

namespace limbeck {

inline constexpr std::string_view kHoursMetric = "hours_per_10000_updates";
/// How claims name what an experiment of RL² trains; it is stored as kPolicyAd.
inline constexpr const char* kClaimRl2 = "rl2";

/// Whose metric.
struct ClaimSide {
  std::string point;  ///< empty in a file without a sweep
  std::string policy = kPolicyAd;

  /// As it stands in the database.
  std::string storedPolicy() const { return policy == kClaimRl2 ? kPolicyAd : policy; }
  /// Whether it is what the experiment trains.
  bool isLearner() const { return storedPolicy() == kPolicyAd; }
  bool operator==(const ClaimSide&) const = default;
};

struct Claim {
  enum class Scale { Return, Normalized, Source };
  enum class Comparison { None, Difference, Ratio };

  std::string place;  ///< "file:line:column"
  std::string text;
  std::string source;
  std::optional<double> published;
  std::vector<std::string> metrics;
  Scale scale = Scale::Return;
  ClaimSide side;
  Comparison comparison = Comparison::None;
  ClaimSide other;  ///< what it is compared with
  std::optional<double> at_least;
  std::optional<double> at_most;
  bool is_strict = false;  ///< the limit itself does not fulfil it: above, below
};

/// The claims of a file with these points (none without a sweep). Throws Error(InvalidArgument) with file:line:column:
/// an unknown key, metric, point or policy with the nearest one, a claim that nothing could decide.
std::vector<Claim> readClaims(const TomlDocument& document, const SweepPlan& plan, std::string_view file_name);

/// Names the policy of a claim as its point's method has it, "rl2" where that is RL². Throws Error(InvalidArgument) for
/// a metric of more episodes than the claim's point plays, or a policy that it does not have. `points`: of the whole
/// file, or one without a name.
void settleClaims(std::vector<Claim>& claims, const std::vector<SweepPoint>& points);

/// "return_at_500 of ad >= 13.2", "last_returns of AD - last_returns of expert distillation > 0".
std::string conditionText(const Claim& claim, const std::string& metric);

}  // namespace limbeck
