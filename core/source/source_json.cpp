// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/source_json.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "core/base/error.h"

namespace limbeck {
namespace {

/// Visits every field: one list for both directions.
template <typename Options, typename Visit>
void forEachField(Options& options, Visit visit) {
  visit("algorithm", options.algorithm);
  visit("episodes", options.episodes);
  visit("learning_rate", options.learning_rate);
  visit("discount", options.discount);
  visit("initial_value", options.initial_value);
  visit("initial_noise", options.initial_noise);
  visit("epsilon_start", options.epsilon_start);
  visit("epsilon_end", options.epsilon_end);
  visit("epsilon_share", options.epsilon_share);
  visit("observes_state", options.observes_state);
  visit("clean_share", options.clean_share);
}

/// Likewise the options that came later: they are written only where they differ from their default, so that what was
/// made before they came still reads as made from the same options.
template <typename Options, typename Visit>
void forEachLaterField(Options& options, Visit visit) {
  visit("exploration", options.exploration);
  visit("trace_decay", options.trace_decay);
  visit("actors", options.actors);
  visit("hidden_layers", options.hidden_layers);
  visit("hidden_width", options.hidden_width);
  visit("network_learning_rate", options.network_learning_rate);
  visit("gradient_clip", options.gradient_clip);
  visit("rollout_steps", options.rollout_steps);
  visit("entropy_bonus", options.entropy_bonus);
  visit("value_weight", options.value_weight);
  visit("clip_ratio", options.clip_ratio);
  visit("update_epochs", options.update_epochs);
  visit("minibatches", options.minibatches);
  visit("batch_rollouts", options.batch_rollouts);
  visit("replay_share", options.replay_share);
  visit("replay_capacity", options.replay_capacity);
  visit("target_period", options.target_period);
  visit("network", options.network);
}

nlohmann::json laterFieldsToJson(const SourceOptions& options) {
  nlohmann::json json = nlohmann::json::object();
  forEachLaterField(options, [&](const char* field, const auto& value) { json[field] = value; });
  return json;
}

void require(bool is_right, const char* field, const nlohmann::json& value, const char* wanted) {
  if (is_right) return;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("source options: {} is {}, but must be {}", field, value.dump(), wanted));
}

void readValue(const char* field, const nlohmann::json& value, std::string& out) {
  require(value.is_string(), field, value, "text");
  out = value.get<std::string>();
}
void readValue(const char* field, const nlohmann::json& value, bool& out) {
  require(value.is_boolean(), field, value, "true or false");
  out = value.get<bool>();
}
void readValue(const char* field, const nlohmann::json& value, double& out) {
  require(value.is_number(), field, value, "a number");
  out = value.get<double>();
}
void readValue(const char* field, const nlohmann::json& value, int& out) {
  const bool is_int = value.is_number_integer() && std::in_range<int>(value.get<std::int64_t>());
  require(is_int, field, value, "a whole number of 32 bits");
  out = value.get<int>();
}

}  // namespace

nlohmann::json toJson(const SourceOptions& options) {
  nlohmann::json json = nlohmann::json::object();
  forEachField(options, [&](const char* field, const auto& value) { json[field] = value; });
  const nlohmann::json unset = laterFieldsToJson(SourceOptions{});
  const nlohmann::json later = laterFieldsToJson(options);
  for (const auto& [field, value] : later.items()) {
    if (value != unset[field]) json[field] = value;
  }
  return json;
}

SourceOptions sourceOptionsFromJson(const nlohmann::json& json) {
  require(json.is_object(), "the whole", json, "an object");
  SourceOptions options;
  std::set<std::string_view> known;
  const auto readField = [&](const char* field, auto& value) {
    known.insert(field);
    if (json.contains(field)) readValue(field, json[field], value);
  };
  forEachField(options, readField);
  forEachLaterField(options, readField);
  for (const auto& [key, value] : json.items()) {
    if (known.contains(key)) continue;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("source options: unknown key \"{}\"; it may come from a newer version", key));
  }
  return options;
}

}  // namespace limbeck
