// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/schema.h"

namespace limbeck {

/// One `name = value` of a TOML file, or a whole table or list where no value can be.
struct TomlEntry {
  std::string key;                ///< "section.name"; just "name" outside of a section
  std::optional<KeyValue> value;  ///< empty for what no key can hold: a date, a table, a mixed list
  std::string type_name;          ///< "a date", "a table": for the error message when `value` is empty
  int line = 0;                   ///< of the key, from 1
  int column = 0;
};

/// All entries in the order of the file. Throws Error(InvalidArgument) with file:line:column for bad syntax or UTF-8.
std::vector<TomlEntry> readTomlEntries(std::string_view toml_text, std::string_view file_name);

/// The value of `text` alone as TOML, empty when it is none.
std::optional<KeyValue> readTomlValue(std::string_view text);

}  // namespace limbeck
