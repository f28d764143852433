// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/env/environment_json.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"

namespace limbeck {
namespace {

constexpr std::array kStartRules = {StartRule::Centre, StartRule::Corner, StartRule::Random};
constexpr std::array kRewardRules = {RewardRule::EveryStep, RewardRule::Once};
constexpr std::array kGoalRules = {GoalRule::ByTask, GoalRule::Corner, GoalRule::OppositeCorner};

template <typename Rules, typename NameOf>
auto ruleFromName(std::string_view field, std::string_view name, const Rules& rules, NameOf nameOf) {
  std::string known;
  for (const auto rule : rules) {
    if (nameOf(rule) == name) return rule;
    known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", nameOf(rule));
  }
  throw Error(ErrorCode::InvalidArgument, fmt::format("{} is \"{}\", but must be one of {}", field, name, known));
}

/// Visits every field but the name: one list for both directions.
template <typename Options, typename Visit>
void forEachField(Options& options, Visit visit) {
  visit("size", options.size);
  visit("horizon", options.horizon);
  visit("start", options.start);
  visit("reward", options.reward);
  visit("ends_at_goal", options.ends_at_goal);
  visit("allows_start_goal", options.allows_start_goal);
  visit("allows_key_is_door", options.allows_key_is_door);
}

/// Likewise the options that came later: they are written only where they differ from the environment's default, so
/// that what was made before they came still reads as made from the same options.
template <typename Options, typename Visit>
void forEachLaterField(Options& options, Visit visit) {
  visit("map", options.map);
  visit("slip_probability", options.slip_probability);
  visit("goal", options.goal);
  visit("arms", options.arms);
  visit("favoured_share", options.favoured_share);
  visit("platform_radius", options.platform_radius);
}

nlohmann::json valueToJson(StartRule rule) {
  return startRuleName(rule);
}
nlohmann::json valueToJson(RewardRule rule) {
  return rewardRuleName(rule);
}
nlohmann::json valueToJson(GoalRule rule) {
  return goalRuleName(rule);
}
nlohmann::json valueToJson(double value) {
  return value;
}
nlohmann::json valueToJson(int value) {
  return value;
}
nlohmann::json valueToJson(bool value) {
  return value;
}
nlohmann::json valueToJson(const std::string& value) {
  return value;
}

[[noreturn]] void failType(std::string_view field, const nlohmann::json& value, std::string_view wanted) {
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("environment options: {} is {}, but must be {}", field, value.dump(), wanted));
}

void valueFromJson(std::string_view field, const nlohmann::json& value, int& out) {
  if (!value.is_number_integer()) failType(field, value, "an integer");
  const std::int64_t wide = value.get<std::int64_t>();
  if (!std::in_range<int>(wide)) failType(field, value, "an integer of 32 bits");
  out = static_cast<int>(wide);
}
void valueFromJson(std::string_view field, const nlohmann::json& value, double& out) {
  if (!value.is_number()) failType(field, value, "a number");
  out = value.get<double>();
}
void valueFromJson(std::string_view field, const nlohmann::json& value, bool& out) {
  if (!value.is_boolean()) failType(field, value, "true or false");
  out = value.get<bool>();
}
void valueFromJson(std::string_view field, const nlohmann::json& value, std::string& out) {
  if (!value.is_string()) failType(field, value, "a string");
  out = value.get<std::string>();
}
void valueFromJson(std::string_view field, const nlohmann::json& value, StartRule& out) {
  if (!value.is_string()) failType(field, value, "a string");
  out = startRuleFromName(value.get<std::string>());
}
void valueFromJson(std::string_view field, const nlohmann::json& value, RewardRule& out) {
  if (!value.is_string()) failType(field, value, "a string");
  out = rewardRuleFromName(value.get<std::string>());
}
void valueFromJson(std::string_view field, const nlohmann::json& value, GoalRule& out) {
  if (!value.is_string()) failType(field, value, "a string");
  out = goalRuleFromName(value.get<std::string>());
}

nlohmann::json laterFieldsToJson(const EnvironmentOptions& options) {
  nlohmann::json json = nlohmann::json::object();
  forEachLaterField(options, [&](const char* field, const auto& value) { json[field] = valueToJson(value); });
  return json;
}

}  // namespace

std::string_view startRuleName(StartRule rule) {
  switch (rule) {
    case StartRule::Centre:
      return "centre";
    case StartRule::Corner:
      return "corner";
    case StartRule::Random:
      return "random";
  }
  return "unknown";
}

std::string_view rewardRuleName(RewardRule rule) {
  switch (rule) {
    case RewardRule::EveryStep:
      return "every_step";
    case RewardRule::Once:
      return "once";
  }
  return "unknown";
}

std::string_view goalRuleName(GoalRule rule) {
  switch (rule) {
    case GoalRule::ByTask:
      return "by_task";
    case GoalRule::Corner:
      return "corner";
    case GoalRule::OppositeCorner:
      return "opposite_corner";
  }
  return "unknown";
}

StartRule startRuleFromName(std::string_view name) {
  return ruleFromName("start", name, kStartRules, startRuleName);
}

RewardRule rewardRuleFromName(std::string_view name) {
  return ruleFromName("reward", name, kRewardRules, rewardRuleName);
}

GoalRule goalRuleFromName(std::string_view name) {
  return ruleFromName("goal", name, kGoalRules, goalRuleName);
}

nlohmann::json toJson(const EnvironmentOptions& options) {
  nlohmann::json json = {{"name", options.name}};
  forEachField(options, [&](const char* field, const auto& value) { json[field] = valueToJson(value); });
  const nlohmann::json unset = laterFieldsToJson(defaultOptions(options.name));
  const nlohmann::json later = laterFieldsToJson(options);
  for (const auto& [field, value] : later.items()) {
    if (value != unset[field]) json[field] = value;
  }
  return json;
}

EnvironmentOptions environmentOptionsFromJson(const nlohmann::json& json) {
  if (!json.is_object()) failType("the whole", json, "an object");
  if (!json.contains("name")) throw Error(ErrorCode::InvalidArgument, "environment options: name is missing");
  if (!json["name"].is_string()) failType("name", json["name"], "a string");
  EnvironmentOptions options = defaultOptions(json["name"].get<std::string>());
  std::set<std::string_view> known{"name"};
  const auto readField = [&](const char* field, auto& value) {
    known.insert(field);
    if (json.contains(field)) valueFromJson(field, json[field], value);
  };
  forEachField(options, readField);
  forEachLaterField(options, readField);
  for (const auto& [key, value] : json.items()) {
    if (known.contains(key)) continue;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("environment options: unknown key \"{}\"; it may come from a newer version", key));
  }
  return options;
}

}  // namespace limbeck
