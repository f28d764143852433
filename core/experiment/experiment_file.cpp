// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/experiment/schema.h"
#include "core/experiment/toml_entries.h"

namespace limbeck {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;
constexpr std::string_view kEnvironmentName = "environment.name";

/// A checked value for a key, from a file or an override.
struct Setting {
  const KeySchema* schema = nullptr;
  KeyValue value;
};

[[noreturn]] void fail(std::string_view place, std::string_view message) {
  throw Error(ErrorCode::InvalidArgument, fmt::format("{}: {}", place, message));
}

const KeySchema& requireKey(std::string_view key, std::string_view place) {
  if (const KeySchema* schema = findKey(key)) return *schema;
  const bool is_outside = key.find('.') == std::string_view::npos;
  fail(place, fmt::format("unknown key \"{}\"{}; did you mean \"{}\"? `limbeck-cli config` lists all keys", key,
                          is_outside ? " outside of a section" : "", nearestKey(key)));
}

Setting checkedSetting(const KeySchema& schema, KeyValue value, std::string_view place) {
  const std::string problem = checkValue(schema, value);
  if (!problem.empty()) fail(place, fmt::format("{} {}", schema.key, problem));
  return {&schema, std::move(value)};
}

Setting settingFrom(TomlEntry entry, std::string_view file_name) {
  const std::string place = fmt::format("{}:{}:{}", file_name, entry.line, entry.column);
  const KeySchema& schema = requireKey(entry.key, place);
  if (!entry.value)
    fail(place, fmt::format("{} is {} but must be {}", entry.key, entry.type_name, describeType(schema)));
  return checkedSetting(schema, std::move(*entry.value), place);
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

Setting settingFromOverride(std::string_view assignment) {
  if (!isUtf8(assignment)) fail("override", "the text after --set is not UTF-8; give it in UTF-8");
  const auto equals = assignment.find('=');
  const std::string place = fmt::format("override \"{}\"", assignment);
  if (equals == std::string_view::npos) fail(place, "must be section.name=value");
  const auto trim = [](std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
  };
  const KeySchema& schema = requireKey(trim(assignment.substr(0, equals)), place);
  return checkedSetting(schema, readOverrideValue(schema, trim(assignment.substr(equals + 1))), place);
}

void apply(ExperimentConfig& config, const Setting& setting) {
  if (setting.schema->key == kEnvironmentName) {
    config.environment = defaultOptions(std::get<std::string>(setting.value));
  } else {
    setting.schema->write(config, setting.value);
  }
}

/// The environment's name first, whatever stands where: it sets the defaults of the keys beside it. The last name wins.
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

template <typename Choose>
nlohmann::json keysToJson(const ExperimentConfig& config, Choose isWanted) {
  nlohmann::json json = nlohmann::json::object();
  for (const KeySchema& schema : experimentSchema()) {
    const KeyValue value = schema.read(config);
    if (!isWanted(schema, value)) continue;
    json[schema.section()][schema.name()] = std::visit([](const auto& inner) { return nlohmann::json(inner); }, value);
  }
  return json;
}

}  // namespace

ExperimentConfig parseExperiment(std::string_view toml_text, std::string_view file_name,
                                 std::span<const std::string> overrides) {
  std::vector<Setting> settings;
  for (TomlEntry& entry : readTomlEntries(toml_text, file_name)) {
    settings.push_back(settingFrom(std::move(entry), file_name));
  }
  if (settings.empty()) {
    fail(fmt::format("{}:1:1", file_name), "the experiment is empty; give at least [experiment] with a name");
  }
  for (const std::string& assignment : overrides) settings.push_back(settingFromOverride(assignment));
  return applyAll(settings);
}

ExperimentFile loadExperiment(const std::filesystem::path& path, std::span<const std::string> overrides) {
  std::error_code ignored;  // a path that cannot be looked at fails below, with its cause
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{}: a directory, but an experiment is a TOML file", path.string()));
  }
  if (!std::filesystem::exists(path, ignored) && !ignored) {
    throw Error(ErrorCode::NotFound,
                fmt::format("{}: there is no such file; ready experiments stand in experiments/", path.string()));
  }
  ExperimentFile file{.config = {}, .text = readTextFile(path, kLargestFile), .path = path};
  file.config = parseExperiment(file.text, path.string(), overrides);
  return file;
}

void applyOverride(ExperimentConfig& config, std::string_view assignment) {
  apply(config, settingFromOverride(assignment));
}

std::string toToml(const ExperimentConfig& config, TomlStyle style) {
  std::string text;
  std::string section;
  for (const KeySchema& schema : experimentSchema()) {
    if (schema.section() != section) {
      section = schema.section();
      text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", section);
    }
    if (style == TomlStyle::Explained) {
      const std::string limits = describeLimits(schema);
      text += fmt::format("# {} ({}{}{})\n", schema.help, describeType(schema), limits.empty() ? "" : ", " + limits,
                          schema.unit.empty() ? "" : ", in " + schema.unit);
    }
    text += fmt::format("{} = {}\n", schema.name(), formatValue(schema.read(config)));
  }
  return text;
}

nlohmann::json toJson(const ExperimentConfig& config) {
  return keysToJson(config, [](const KeySchema&, const KeyValue&) { return true; });
}

nlohmann::json identityOf(const ExperimentConfig& config) {
  return keysToJson(config, countsInHash);
}

}  // namespace limbeck
