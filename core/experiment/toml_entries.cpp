// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/toml_entries.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>

#include "core/base/error.h"

namespace limbeck {
namespace {

std::optional<KeyValue> listValue(const toml::array& array) {
  std::vector<std::int64_t> list;
  for (const toml::node& element : array) {
    const auto* integer = element.as_integer();
    if (integer == nullptr) return std::nullopt;
    list.push_back(integer->get());
  }
  return list;
}

std::optional<KeyValue> nodeValue(const toml::node& node) {
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* array = node.as_array()) return listValue(*array);
  return std::nullopt;
}

std::string_view nodeTypeName(const toml::node& node) {
  if (node.is_table()) return "a table";
  if (node.is_array_of_tables()) return "a list of tables";
  if (node.is_array()) return "a list of other things than integers";
  return "a date or time";
}

TomlEntry makeEntry(std::string key, const toml::source_position& place, const toml::node& node) {
  TomlEntry entry{.key = std::move(key),
                  .value = nodeValue(node),
                  .type_name = {},
                  .line = static_cast<int>(place.line),
                  .column = static_cast<int>(place.column)};
  if (!entry.value) entry.type_name = nodeTypeName(node);
  if (const toml::array* array = node.as_array(); array != nullptr && !array->is_array_of_tables()) {
    for (const toml::node& element : *array) entry.elements.push_back(makeEntry({}, element.source().begin, element));
  }
  return entry;
}

/// A toml++ table is sorted by name; what is read, and errors above all, are better met in the order of the file.
template <typename Item>
void sortByPlace(std::vector<Item>& items) {
  std::ranges::stable_sort(
      items, [](const Item& a, const Item& b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); });
}

void appendEntries(const toml::table& table, const std::string& prefix, std::vector<TomlEntry>& entries) {
  for (const auto& [key, node] : table) {
    std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table()) {
      appendEntries(*inner, name + '.', entries);
    } else {
      entries.push_back(makeEntry(std::move(name), key.source().begin, node));
    }
  }
}

void appendTables(const std::string& name, const toml::array& array, std::vector<TomlTable>& tables) {
  for (const toml::node& element : array) {
    const toml::source_position place = element.source().begin;
    TomlTable table{.name = name, .line = static_cast<int>(place.line), .column = static_cast<int>(place.column)};
    appendEntries(*element.as_table(), {}, table.entries);
    sortByPlace(table.entries);
    tables.push_back(std::move(table));
  }
}

/// toml++ would report a zero byte as a syntax error; what happened is that this is no text.
void refuseBinary(std::string_view text, std::string_view file_name) {
  const auto zero = text.find('\0');
  if (zero == std::string_view::npos) return;
  const std::string_view before = text.substr(0, zero);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto column = zero - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("{}:{}:{}: a zero byte: this is a binary file, but an experiment is a TOML text file",
                          file_name, line, column));
}

toml::table parseTable(std::string_view text, std::string_view file_name) {
  try {
    return toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    const toml::source_position place = error.source().begin;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{}:{}:{}: {}", file_name, place.line, place.column, error.description()));
  }
}

}  // namespace

TomlDocument readTomlDocument(std::string_view toml_text, std::string_view file_name) {
  refuseBinary(toml_text, file_name);
  const toml::table root = parseTable(toml_text, file_name);
  TomlDocument document;
  for (const auto& [section_key, section_node] : root) {
    const std::string section(section_key.str());
    const toml::table* section_table = section_node.as_table();
    const toml::array* array = section_node.as_array();
    if (array != nullptr && array->is_array_of_tables()) {
      appendTables(section, *array, document.tables);
    } else if (section_table == nullptr) {
      document.settings.push_back(makeEntry(section, section_key.source().begin, section_node));
    } else if (section == "sweep") {
      appendEntries(*section_table, {}, document.sweep);
    } else {
      for (const auto& [key, node] : *section_table) {
        document.settings.push_back(makeEntry(fmt::format("{}.{}", section, key.str()), key.source().begin, node));
      }
    }
  }
  sortByPlace(document.settings);
  sortByPlace(document.sweep);
  sortByPlace(document.tables);
  return document;
}

std::optional<KeyValue> readTomlValue(std::string_view text) {
  try {
    const TomlDocument document = readTomlDocument(fmt::format("value = {}", text), "value");
    const bool is_one = document.settings.size() == 1 && document.tables.empty() && document.sweep.empty();
    return is_one ? document.settings.front().value : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // not TOML is an answer here: the caller takes it as plain text
  }
}

}  // namespace limbeck
