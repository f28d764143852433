// SPDX-License-Identifier: GPL-3.0-or-later
// Makes one row of the schema from a field of ExperimentConfig: the field's C++ type gives the key's type, conversion
// and default.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/experiment/schema.h"

namespace limbeck {

/// What the type of a field does not say.
struct KeyFacts {
  AffectedStage affects = AffectedStage::None;
  std::string help{};
  std::string unit{};
  std::optional<double> min{};
  std::optional<double> max{};
  bool excludes_min = false;
  bool excludes_max = false;
  std::vector<std::string> choices{};  ///< for an enumeration: the names in the order of its enumerators
  bool came_later = false;             ///< see KeySchema
};

namespace detail {

template <typename T>
KeyType keyType(bool has_choices) {
  if constexpr (std::is_same_v<T, bool>) return KeyType::Boolean;
  if constexpr (std::is_enum_v<T>) return KeyType::Choice;
  if constexpr (std::is_floating_point_v<T>) return KeyType::Real;
  if constexpr (std::is_same_v<T, std::vector<int>>) return KeyType::IntegerList;
  if constexpr (std::is_same_v<T, std::string>) return has_choices ? KeyType::Choice : KeyType::Text;
  return KeyType::Integer;
}

template <typename T>
KeyValue toKeyValue(const T& field, const std::vector<std::string>& choices) {
  if constexpr (std::is_same_v<T, Seed>)
    return static_cast<std::int64_t>(field.value);
  else if constexpr (std::is_same_v<T, int>)
    return std::int64_t{field};
  else if constexpr (std::is_enum_v<T>)
    return choices.at(static_cast<std::size_t>(field));
  else if constexpr (std::is_same_v<T, std::vector<int>>)
    return std::vector<std::int64_t>(field.begin(), field.end());
  else
    return field;
}

template <typename T>
void fromKeyValue(T& field, const KeyValue& value, const std::vector<std::string>& choices) {
  if constexpr (std::is_same_v<T, Seed>) {
    field.value = static_cast<std::uint64_t>(std::get<std::int64_t>(value));
  } else if constexpr (std::is_same_v<T, int>) {
    field = static_cast<int>(std::get<std::int64_t>(value));
  } else if constexpr (std::is_enum_v<T>) {
    const auto place = std::ranges::find(choices, std::get<std::string>(value));
    field = static_cast<T>(place - choices.begin());
  } else if constexpr (std::is_same_v<T, std::vector<int>>) {
    const auto& list = std::get<std::vector<std::int64_t>>(value);
    field.clear();
    for (const std::int64_t element : list) field.push_back(static_cast<int>(element));
  } else {
    field = std::get<T>(value);
  }
}

template <typename T>
constexpr bool kIsNarrow = std::is_same_v<T, int> || std::is_same_v<T, std::vector<int>>;

}  // namespace detail

/// `access`: a generic lambda from a config, const or not, to the field.
template <typename Access>
KeySchema makeKey(std::string key, Access access, KeyFacts facts) {
  using Field = std::remove_cvref_t<decltype(access(std::declval<ExperimentConfig&>()))>;
  KeySchema schema;
  schema.key = std::move(key);
  schema.type = detail::keyType<Field>(!facts.choices.empty());
  schema.unit = std::move(facts.unit);
  schema.min = facts.min;
  schema.max = facts.max;
  // Without this a number that fits TOML's 64 bits could wrap on its way into an int.
  if (detail::kIsNarrow<Field> && !schema.max) schema.max = std::numeric_limits<int>::max();
  schema.excludes_min = facts.excludes_min;
  schema.excludes_max = facts.excludes_max;
  schema.choices = facts.choices;
  schema.help = std::move(facts.help);
  schema.affects = facts.affects;
  schema.came_later = facts.came_later;
  schema.read = [access, choices = facts.choices](const ExperimentConfig& config) {
    return detail::toKeyValue(access(config), choices);
  };
  schema.write = [access, choices = facts.choices](ExperimentConfig& config, const KeyValue& value) {
    detail::fromKeyValue(access(config), value, choices);
  };
  schema.default_value = schema.read(ExperimentConfig{});
  return schema;
}

}  // namespace limbeck

/// The accessor that `makeKey` wants. A macro, because no language means names a nested field for const and non-const
/// at once; no parentheses around what is a path of fields.
// NOLINTNEXTLINE(bugprone-macro-parentheses)
#define LIMBECK_FIELD(path)   \
  [](auto& config) -> auto& { \
    return config.path;       \
  }
