// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/setting.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"

namespace limbeck {
namespace {

constexpr std::string_view kEnvironmentName = "environment.name";

Setting checkedValue(const KeySchema& schema, KeyValue value, std::string_view place) {
  const std::string problem = checkValue(schema, value);
  if (!problem.empty()) failAt(place, fmt::format("{} {}", schema.key, problem));
  return {&schema, std::move(value)};
}

/// Quotes and brackets are a nuisance on a command line, so the key's type says how to read a value without them.
KeyValue readOverrideValue(const KeySchema& schema, std::string_view text) {
  const std::optional<KeyValue> value = readTomlValue(text);
  const bool is_text = value && std::holds_alternative<std::string>(*value);
  if (schema.type == KeyType::Text || schema.type == KeyType::Choice)
    return is_text ? *value : KeyValue(std::string(text));
  if (schema.type == KeyType::IntegerList && !(value && value->index() == 4)) {
    if (const std::optional<KeyValue> list = readTomlValue(fmt::format("[{}]", text))) return *list;
  }
  return value ? *value : KeyValue(std::string(text));
}

/// The JSON library refuses what is no UTF-8; a TOML file is checked by its parser, a command line by nobody.
bool isUtf8(std::string_view text) {
  try {
    return !nlohmann::json(text).dump().empty();
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

}  // namespace

std::string placeOf(const TomlEntry& entry, std::string_view file_name) {
  return fmt::format("{}:{}:{}", file_name, entry.line, entry.column);
}

void failAt(std::string_view place, std::string_view message) {
  throw Error(ErrorCode::InvalidArgument, fmt::format("{}: {}", place, message));
}

const KeySchema& requireKey(std::string_view key, std::string_view place) {
  if (const KeySchema* schema = findKey(key)) return *schema;
  const bool is_outside = key.find('.') == std::string_view::npos;
  failAt(place, fmt::format("unknown key \"{}\"{}; did you mean \"{}\"? `limbeck-cli config` lists all keys", key,
                            is_outside ? " outside of a section" : "", nearestKey(key)));
}

Setting checkedSetting(const KeySchema& schema, const TomlEntry& value, std::string_view place) {
  if (!value.value)
    failAt(place, fmt::format("{} is {} but must be {}", schema.key, value.type_name, describeType(schema)));
  return checkedValue(schema, *value.value, place);
}

Setting settingFrom(const TomlEntry& entry, std::string_view file_name) {
  const std::string place = placeOf(entry, file_name);
  return checkedSetting(requireKey(entry.key, place), entry, place);
}

Setting settingFromOverride(std::string_view assignment) {
  if (!isUtf8(assignment)) failAt("override", "the text after --set is not UTF-8; give it in UTF-8");
  const auto equals = assignment.find('=');
  const std::string place = fmt::format("override \"{}\"", assignment);
  if (equals == std::string_view::npos) failAt(place, "must be section.name=value");
  const auto trim = [](std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
  };
  const KeySchema& schema = requireKey(trim(assignment.substr(0, equals)), place);
  return checkedValue(schema, readOverrideValue(schema, trim(assignment.substr(equals + 1))), place);
}

std::string overrideOf(const Setting& setting) {
  return fmt::format("{}={}", setting.schema->key, formatValue(setting.value));
}

void apply(ExperimentConfig& config, const Setting& setting) {
  if (setting.schema->key == kEnvironmentName) {
    config.environment = defaultOptions(std::get<std::string>(setting.value));
  } else {
    setting.schema->write(config, setting.value);
  }
}

ExperimentConfig applyAll(const std::vector<Setting>& settings) {
  ExperimentConfig config;
  config.environment = defaultOptions(config.environment.name);
  for (const Setting& setting : settings) {
    if (setting.schema->key == kEnvironmentName) apply(config, setting);
  }
  for (const Setting& setting : settings) {
    if (setting.schema->key != kEnvironmentName) apply(config, setting);
  }
  return config;
}

}  // namespace limbeck
