// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/policy_names.h"

#include <fmt/format.h>

#include <charconv>

#include "core/experiment/experiment_config.h"

namespace limbeck {
namespace {

constexpr std::string_view kPromptPrefix = "ad_prompt_";

}  // namespace

std::string promptPolicy(int percent) {
  return fmt::format("{}{}", kPromptPrefix, percent);
}

std::optional<int> promptPercent(std::string_view policy) {
  if (!policy.starts_with(kPromptPrefix)) return std::nullopt;
  policy.remove_prefix(kPromptPrefix.size());
  int percent = 0;
  const auto [end, error] = std::from_chars(policy.data(), policy.data() + policy.size(), percent);
  if (error != std::errc() || end != policy.data() + policy.size()) return std::nullopt;
  return percent;
}

bool isPolicyName(std::string_view name) {
  return name == kPolicyAd || name == kPolicyCleared || name == kPolicySource || name == kPolicyRandom ||
         name == kPolicyOptimum || promptPercent(name).has_value();
}

std::string learnerLabel(const ExperimentConfig& config) {
  if (config.method == TrainingMethod::Rl2) return "RL²";
  if (config.context.labels == ContextLabels::Oracle) return "DPT";
  const bool is_of_experts = config.source.algorithm == "oracle" || config.context.last_episodes > 0;
  return is_of_experts ? "Expert distillation" : "AD";
}

std::string policyLabel(std::string_view learner, std::string_view policy) {
  if (policy == kPolicyAd) return std::string(learner);
  if (policy == kPolicyCleared) return "context cleared";
  if (policy == kPolicySource) return "source";
  if (const std::optional<int> percent = promptPercent(policy)) return fmt::format("{} from {} %", learner, *percent);
  return std::string(policy);
}

std::string policyLabel(const ExperimentConfig& config, std::string_view policy) {
  return policyLabel(learnerLabel(config), policy);
}

}  // namespace limbeck
