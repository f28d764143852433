// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/nearest_name.h"
#include "core/experiment/schema_keys.h"

namespace limbeck {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (c == '\n') {
      result += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      result += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

/// TOML tells a float from an integer by its point or exponent.
std::string formatReal(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string_view typeName(const KeyValue& value) {
  constexpr std::string_view kNames[] = {"an integer", "a number", "true or false", "text", "a list"};
  return kNames[value.index()];
}

bool hasRightType(const KeySchema& schema, const KeyValue& value) {
  switch (schema.type) {
    case KeyType::Integer:
      return std::holds_alternative<std::int64_t>(value);
    case KeyType::Real:
      return std::holds_alternative<double>(value);
    case KeyType::Boolean:
      return std::holds_alternative<bool>(value);
    case KeyType::Text:
    case KeyType::Choice:
      return std::holds_alternative<std::string>(value);
    case KeyType::IntegerList:
      return std::holds_alternative<std::vector<std::int64_t>>(value);
  }
  return false;
}

std::string formatLimit(double limit) {
  return std::abs(limit) < 1e15 && limit == std::floor(limit) ? fmt::format("{:.0f}", limit) : fmt::format("{}", limit);
}

bool isWithinLimits(const KeySchema& schema, double value) {
  if (!std::isfinite(value)) return false;
  if (schema.min && (schema.excludes_min ? value <= *schema.min : value < *schema.min)) return false;
  if (schema.max && (schema.excludes_max ? value >= *schema.max : value > *schema.max)) return false;
  return true;
}

bool isWithinLimits(const KeySchema& schema, const KeyValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return isWithinLimits(schema, double(*integer));
  if (const auto* real = std::get_if<double>(&value)) return isWithinLimits(schema, *real);
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
    return std::ranges::all_of(*list, [&](std::int64_t element) { return isWithinLimits(schema, double(element)); });
  }
  return true;
}

}  // namespace

const std::vector<KeySchema>& experimentSchema() {
  static const std::vector<KeySchema> kSchema = [] {
    std::vector<KeySchema> keys;
    appendHistoryKeys(keys);
    appendTrainingKeys(keys);
    appendEvaluationKeys(keys);
    return keys;
  }();
  return kSchema;
}

const KeySchema* findKey(std::string_view key) {
  const auto& schema = experimentSchema();
  const auto found = std::ranges::find(schema, key, &KeySchema::key);
  return found == schema.end() ? nullptr : &*found;
}

std::string nearestKey(std::string_view key) {
  const auto dot = key.find('.');
  const std::string_view section = dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
  const std::string_view name = dot == std::string_view::npos ? key : key.substr(dot + 1);
  // A right name in the wrong section costs two edits, however different the sections' names are.
  const auto distance = [&](const KeySchema& known) {
    const int in_other_section = wordDistance(name, known.name()) + (section == known.section() ? 0 : 2);
    return std::min(editDistance(key, known.key), in_other_section);
  };
  return std::ranges::min_element(experimentSchema(), {}, distance)->key;
}

std::string describeType(const KeySchema& schema) {
  switch (schema.type) {
    case KeyType::Integer:
      return "an integer";
    case KeyType::Real:
      return "a number";
    case KeyType::Boolean:
      return "true or false";
    case KeyType::Text:
      return "text";
    case KeyType::Choice:
      return fmt::format("one of \"{}\"", fmt::join(schema.choices, "\", \""));
    case KeyType::IntegerList:
      return "a list of integers";
  }
  return {};
}

std::string describeLimits(const KeySchema& schema) {
  std::string text;
  if (schema.min) text = fmt::format("{} {}", schema.excludes_min ? "above" : "at least", formatLimit(*schema.min));
  if (schema.max && *schema.max != std::numeric_limits<int>::max()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " and ", schema.excludes_max ? "below" : "at most",
                        formatLimit(*schema.max));
  }
  return text;
}

std::string formatValue(const KeyValue& value) {
  struct Formatter {
    std::string operator()(std::int64_t integer) const { return fmt::format("{}", integer); }
    std::string operator()(double real) const { return formatReal(real); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(const std::string& text) const { return quoted(text); }
    std::string operator()(const std::vector<std::int64_t>& list) const {
      return fmt::format("[{}]", fmt::join(list, ", "));
    }
  };
  return std::visit(Formatter{}, value);
}

std::string checkValue(const KeySchema& schema, KeyValue& value) {
  if (schema.type == KeyType::Real && std::holds_alternative<std::int64_t>(value)) {
    value = static_cast<double>(std::get<std::int64_t>(value));
  }
  if (!hasRightType(schema, value)) {
    return fmt::format("is {} ({}) but must be {}", formatValue(value), typeName(value), describeType(schema));
  }
  if (schema.type == KeyType::Choice) {
    const auto& text = std::get<std::string>(value);
    if (std::ranges::find(schema.choices, text) != schema.choices.end()) return {};
    return fmt::format("is {} but must be {}; did you mean \"{}\"?", formatValue(value), describeType(schema),
                       nearestName(text, schema.choices));
  }
  if (isWithinLimits(schema, value)) return {};
  std::string limits = describeLimits(schema);
  const bool is_above_int = schema.max && *schema.max == std::numeric_limits<int>::max();
  if (is_above_int) limits += fmt::format("{}at most {}", limits.empty() ? "" : " and ", formatLimit(*schema.max));
  if (limits.empty()) limits = "a finite number";
  return fmt::format("is {} but must be {}{}", formatValue(value), limits,
                     schema.type == KeyType::IntegerList ? " in every element" : "");
}

bool countsInHash(const KeySchema& schema, const KeyValue& value) {
  return !schema.came_later || value != schema.default_value;
}

std::string describeSchema() {
  std::string text;
  std::string section;
  for (const KeySchema& schema : experimentSchema()) {
    if (schema.section() != section) {
      section = schema.section();
      text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", section);
    }
    const std::string limits = describeLimits(schema);
    text += fmt::format("{} = {}\n    {}\n    {}{}{}\n", schema.key, formatValue(schema.default_value), schema.help,
                        describeType(schema), limits.empty() ? "" : ", " + limits,
                        schema.unit.empty() ? "" : ", in " + schema.unit);
  }
  return text;
}

}  // namespace limbeck
