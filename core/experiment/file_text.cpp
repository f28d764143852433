// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/file_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace limbeck {
namespace {

constexpr std::array<std::string_view, 4> kKeptTables = {"sweep", "variant", "claim", "published"};
constexpr std::string_view kLongQuotes[] = {"\"\"\"", "'''"};

/// Goes through a file line by line and knows which lines begin within a value: in a list or a text of several lines.
class ValueTracker {
 public:
  bool isInValue() const { return depth_ > 0 || !quotes_.empty(); }

  void readLine(std::string_view line) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (!quotes_.empty()) {
        i = afterText(line, i);
      } else if (line[i] == '#') {
        return;
      } else if (line[i] == '"' || line[i] == '\'') {
        i = beginText(line, i);
      } else if (line[i] == '[' || line[i] == '{') {
        ++depth_;
      } else if (line[i] == ']' || line[i] == '}') {
        --depth_;
      }
    }
  }

 private:
  /// Returns the place of the last of the quotes that begin a text; one on one line is read to its end.
  std::size_t beginText(std::string_view line, std::size_t at) {
    for (const std::string_view quotes : kLongQuotes) {
      if (!line.substr(at).starts_with(quotes)) continue;
      quotes_ = quotes;
      return at + 2;
    }
    std::size_t end = at + 1;
    while (end < line.size() && line[end] != line[at]) end += line[at] == '"' && line[end] == '\\' ? 2 : 1;
    return end;
  }

  std::size_t afterText(std::string_view line, std::size_t at) {
    if (line.substr(at).starts_with(quotes_)) {
      quotes_ = {};
      return at + 2;
    }
    return quotes_ == kLongQuotes[0] && line[at] == '\\' ? at + 1 : at;
  }

  int depth_ = 0;
  std::string_view quotes_;  ///< that end the text of several lines we are in
};

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

/// "variant" for "[[variant]]" and for "[variant.context]".
std::string_view tableName(std::string_view header) {
  const auto begin = header.find_first_not_of("[ \t\"'");
  if (begin == std::string_view::npos) return {};
  return header.substr(begin, header.find_first_of(".] \t\"'", begin) - begin);
}

std::string withSeeds(std::string toml, int seeds, TomlStyle style) {
  if (seeds == 1) return toml;
  const std::size_t seed = toml.find("\nseed = ");
  const std::size_t end = toml.find('\n', seed + 1) + 1;
  const std::string_view remark =
      style == TomlStyle::Explained ? "# How many seeds to run, from experiment.seed on.\n" : std::string_view();
  toml.insert(end, fmt::format("{}seeds = {}\n", remark, seeds));
  return toml;
}

void requireSamePoints(const std::vector<SweepPoint>& points, const std::vector<SweepPoint>& wanted) {
  for (std::size_t i = 0; i < std::max(points.size(), wanted.size()); ++i) {
    const bool is_there = i < points.size() && i < wanted.size();
    if (is_there && identityOf(points[i].config) == identityOf(wanted[i].config)) continue;
    const std::string name = i < wanted.size() ? wanted[i].name : points[i].name;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("point \"{}\" would be another experiment in a file that sets every key: it takes the "
                            "defaults of its own environment, or the file changes what the point was made for; change "
                            "the values in the old file instead",
                            name));
  }
}

}  // namespace

std::string sweepSections(std::string_view toml_text) {
  std::string kept;
  std::string remarks;  // above what comes next
  bool is_kept = false;
  ValueTracker tracker;
  while (!toml_text.empty()) {
    const std::size_t end = std::min(toml_text.find('\n'), toml_text.size() - 1);
    const std::string_view line = toml_text.substr(0, end + 1);
    toml_text.remove_prefix(end + 1);
    const std::string_view words = trimmed(line);
    const bool begins_here = !tracker.isInValue();
    if (begins_here && words.starts_with('#')) {
      remarks += line;
      continue;
    }
    if (begins_here && words.starts_with('[')) {
      is_kept = std::ranges::find(kKeptTables, tableName(words)) != kKeptTables.end();
    }
    if (is_kept) kept += remarks + std::string(line);
    remarks.clear();
    tracker.readLine(line);
  }
  if (is_kept) kept += remarks;
  if (!kept.empty() && !kept.ends_with('\n')) kept += '\n';
  return kept;
}

std::string rewrittenFile(const ExperimentFile& file, TomlStyle style) {
  std::string text = withSeeds(toToml(file.config, style), file.seeds, style);
  const std::string sections = sweepSections(file.text);
  if (sections.empty()) return text;
  text += '\n' + sections;
  requireSamePoints(parseExperimentFile(text, file.path).points, file.points);
  return text;
}

}  // namespace limbeck
