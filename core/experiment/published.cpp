// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/published.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/nearest_name.h"
#include "core/experiment/setting.h"

namespace limbeck {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 22;
constexpr std::string_view kHeader = "figure,curve,axis,x,y,error,reading,source";
constexpr std::size_t kColumns = 8;

PublishedReference readReference(const TomlTable& table, std::string_view file_name) {
  static const std::vector<std::string> kKeys = {"file", "curve", "label"};
  PublishedReference reference{
      .place = fmt::format("{}:{}:{}", file_name, table.line, table.column), .file = {}, .curve = {}, .label = {}};
  for (const TomlEntry& entry : table.entries) {
    const std::string place = placeOf(entry, file_name);
    const auto* value = entry.value ? std::get_if<std::string>(&*entry.value) : nullptr;
    if (std::ranges::find(kKeys, entry.key) == kKeys.end()) {
      failAt(place, fmt::format("unknown key \"{}\" in [[published]]; did you mean \"{}\"?", entry.key,
                                nearestName(entry.key, kKeys)));
    }
    if (value == nullptr) failAt(place, fmt::format("{} must be text", entry.key));
    if (entry.key == "file") reference.file = *value;
    if (entry.key == "curve") reference.curve = *value;
    if (entry.key == "label") reference.label = *value;
  }
  if (reference.file.empty()) failAt(reference.place, "a [[published]] needs a file");
  return reference;
}

/// The cells of one line. A cell in quotes may hold commas, and two quotes for one.
std::vector<std::string> cellsOf(std::string_view line) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool is_escape = is_quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"';
    if (is_escape) {
      cells.back() += line[++i];
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

double numberIn(const std::string& cell, std::string_view column, std::string_view place) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(number)) {
    failAt(place, fmt::format("{} is \"{}\" but must be a number", column, cell));
  }
  return number;
}

PublishedNumber rowOf(std::string_view line, std::string_view place) {
  const std::vector<std::string> cells = cellsOf(line);
  if (cells.size() != kColumns) {
    failAt(place, fmt::format("{} cells, but the header has {}: {}", cells.size(), kColumns, kHeader));
  }
  PublishedNumber row{.figure = cells[0],
                      .curve = cells[1],
                      .axis = cells[2],
                      .x = numberIn(cells[3], "x", place),
                      .y = numberIn(cells[4], "y", place),
                      .error = {},
                      .reading = cells[6],
                      .source = cells[7]};
  if (!cells[5].empty()) row.error = numberIn(cells[5], "error", place);
  if (row.axis != "episode" && findKey(row.axis) == nullptr) {
    failAt(place, fmt::format("axis is \"{}\" but must be \"episode\" or a key; did you mean \"{}\"?", row.axis,
                              nearestKey(row.axis)));
  }
  return row;
}

}  // namespace

std::vector<PublishedReference> readPublishedReferences(const TomlDocument& document, std::string_view file_name) {
  std::vector<PublishedReference> references;
  for (const TomlTable& table : document.tables) {
    if (table.name == "published") references.push_back(readReference(table, file_name));
  }
  return references;
}

std::vector<PublishedNumber> parsePublished(std::string_view csv, std::string_view file_name) {
  std::vector<PublishedNumber> rows;
  bool has_header = false;
  int number = 0;
  while (!csv.empty()) {
    const std::size_t end = std::min(csv.find('\n'), csv.size());
    std::string_view line = csv.substr(0, end);
    csv.remove_prefix(std::min(end + 1, csv.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string place = fmt::format("{}:{}", file_name, ++number);
    if (line.empty() || line.starts_with('#')) continue;
    if (has_header) {
      rows.push_back(rowOf(line, place));
    } else if (line != kHeader) {
      failAt(place, fmt::format("the header must be \"{}\"", kHeader));
    }
    has_header = true;
  }
  if (rows.empty()) failAt(file_name, "no published numbers in it");
  return rows;
}

std::vector<PublishedNumber> loadPublished(const PublishedReference& reference, const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / reference.file;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw Error(ErrorCode::NotFound, fmt::format("{}: there is no {}", reference.place, path.string()));
  }
  std::vector<PublishedNumber> chosen;
  std::vector<std::string> curves;
  for (PublishedNumber& row : parsePublished(readTextFile(path, kLargestFile), path.string())) {
    curves.push_back(row.curve);
    if (!reference.curve.empty() && row.curve != reference.curve) continue;
    if (!reference.label.empty()) row.curve = reference.label;
    chosen.push_back(std::move(row));
  }
  if (chosen.empty()) {
    failAt(reference.place, fmt::format("{} has no curve \"{}\"; did you mean \"{}\"?", path.string(), reference.curve,
                                        nearestName(reference.curve, curves)));
  }
  return chosen;
}

}  // namespace limbeck
