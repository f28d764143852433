// SPDX-License-Identifier: GPL-3.0-or-later
// The one list of experiment keys. The TOML parser, `limbeck-cli config`, `--set key=value` and the window's form are
// made from it: a key that is not here does not exist, and a key that is here is read, written, checked, explained and
// hashed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/experiment/experiment_config.h"

namespace limbeck {

enum class KeyType { Integer, Real, Boolean, Text, Choice, IntegerList };

/// Integer, Real, Boolean, Text and Choice, IntegerList.
using KeyValue = std::variant<std::int64_t, double, bool, std::string, std::vector<std::int64_t>>;

/// The first stage whose output a key changes; later stages change with it.
enum class AffectedStage { None, Histories, Training, Evaluation };

struct KeySchema {
  std::string key;  ///< "section.name"
  KeyType type = KeyType::Integer;
  KeyValue default_value;     ///< of the default environment; see defaultOptions(name) for the others
  std::string unit;           ///< "episodes", "steps", empty when it has none
  std::optional<double> min;  ///< for a list: of each element
  std::optional<double> max;
  bool excludes_min = false;  ///< the value must be above `min`
  bool excludes_max = false;
  std::vector<std::string> choices;  ///< of a Choice
  std::string help;                  ///< one sentence
  AffectedStage affects = AffectedStage::None;
  /// The key was added after the first release. At its default it does not count in hashes, so that what was made
  /// before there was such a key keeps its address; the default must therefore mean what the program did without it.
  bool came_later = false;
  std::function<KeyValue(const ExperimentConfig&)> read;
  std::function<void(ExperimentConfig&, const KeyValue&)> write;  ///< the value must have passed `checkValue`

  std::string section() const { return key.substr(0, key.find('.')); }
  std::string name() const { return key.substr(key.find('.') + 1); }
};

/// Every key, sections together, in the order of an experiment file. Built once; thread-safe.
const std::vector<KeySchema>& experimentSchema();

/// Null when there is no such key.
const KeySchema* findKey(std::string_view key);

/// The known key that looks most like `key`, for "did you mean": a key of another section when the name after the dot
/// is the same.
std::string nearestKey(std::string_view key);

/// "integer", "number", "true or false", "text", "one of a, b", "list of integers".
std::string describeType(const KeySchema& schema);
/// "at least 1", "above 0 and below 1"; empty when there are none.
std::string describeLimits(const KeySchema& schema);
/// As it stands in a TOML file.
std::string formatValue(const KeyValue& value);

/// Empty when `value` is of the key's type and within its limits, else what is wrong: "is 0 but must be at least 1". An
/// integer passes for a number and is turned into one.
std::string checkValue(const KeySchema& schema, KeyValue& value);

/// Whether the key takes part in what tells two configurations apart: a key that came later does only where it is set.
bool countsInHash(const KeySchema& schema, const KeyValue& value);

/// The schema as readable text, one key a paragraph: type, default, unit, limits, help.
std::string describeSchema();

}  // namespace limbeck
