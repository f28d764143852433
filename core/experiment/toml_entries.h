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
  std::vector<TomlEntry> elements{};  ///< of a list: its values, without a key, each at its own place
};

/// One [[name]] of a file.
struct TomlTable {
  std::string name;
  int line = 0;
  int column = 0;
  std::vector<TomlEntry> entries{};  ///< in the order of the file; "a.b" for what stands in a table a within it
};

/// A file in its order.
struct TomlDocument {
  std::vector<TomlEntry> settings;  ///< `name = value` in sections, and what is neither that nor one of the others
  std::vector<TomlEntry> sweep;     ///< of the table [sweep]: a key may be quoted ("a.b") or dotted (a.b)
  std::vector<TomlTable> tables;    ///< every [[name]]
};

/// Throws Error(InvalidArgument) with file:line:column for bad syntax or UTF-8.
TomlDocument readTomlDocument(std::string_view toml_text, std::string_view file_name);

/// The value of `text` alone as TOML, empty when it is none.
std::optional<KeyValue> readTomlValue(std::string_view text);

}  // namespace limbeck
