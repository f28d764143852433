// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/source_json.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
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
  return json;
}

SourceOptions sourceOptionsFromJson(const nlohmann::json& json) {
  require(json.is_object(), "the whole", json, "an object");
  SourceOptions options;
  const nlohmann::json known = toJson(options);
  for (const auto& [key, value] : json.items()) {
    if (known.contains(key)) continue;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("source options: unknown key \"{}\"; it may come from a newer version", key));
  }
  forEachField(options, [&](const char* field, auto& value) {
    if (json.contains(field)) readValue(field, json[field], value);
  });
  return options;
}

}  // namespace limbeck
