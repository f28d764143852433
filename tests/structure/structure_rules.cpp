// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/structure/structure_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace limbeck::test {
namespace {

/// What a folder may include, itself apart. The rows are the drawing of architecture.md, with what an arrow's end may
/// include in turn.
const std::map<std::string, std::set<std::string>, std::less<>>& allowedFolders() {
  static const std::map<std::string, std::set<std::string>, std::less<>> kAllowed = [] {
    std::map<std::string, std::set<std::string>, std::less<>> allowed;
    const auto allow = [&](const std::string& folder, const std::vector<std::string>& targets) {
      for (const std::string& target : targets) {
        allowed[folder].insert(target);
        allowed[folder].insert(allowed[target].begin(), allowed[target].end());
      }
    };
    allowed["core/base"] = {};
    for (const char* folder : {"core/rl", "core/store", "core/jobs", "core/plot", "core/kernels"})
      allow(folder, {"core/base"});
    allow("core/env", {"core/rl"});
    allow("core/data", {"core/rl"});
    allow("core/source", {"core/env", "core/data", "core/kernels"});
    allow("core/model", {"core/data", "core/rl", "core/kernels"});
    allow("core/train", {"core/model", "core/data"});
    allow("core/meta", {"core/train", "core/model", "core/env", "core/rl"});
    allow("core/eval", {"core/env", "core/rl"});
    allow("core/experiment", {"core/source", "core/data", "core/model", "core/train", "core/meta", "core/eval",
                              "core/store", "core/jobs", "core/env", "core/plot"});
    allow("app/cli", {"core/experiment"});
    allow("widgets", {"core/jobs", "core/store", "core/eval", "core/data", "core/plot"});
    allowed["widgets"].insert("core/experiment");  // its configuration; `isSeenByWidgets` has the rest
    allow("app/gui", {"widgets", "core/experiment"});
    return allowed;
  }();
  return kAllowed;
}

/// "core/env" of "core/env/darkroom.h", "widgets" of "widgets/board.h", empty for what no rule is about.
std::string folderOf(std::string_view path) {
  if (path.starts_with("widgets/")) return "widgets";
  const bool has_folders = path.starts_with("core/") || path.starts_with("app/");
  if (!has_folders) return {};
  const auto first = path.find('/');
  const auto second = path.find('/', first + 1);
  return second == std::string_view::npos ? std::string() : std::string(path.substr(0, second));
}

std::optional<std::string> includedFile(std::string_view line) {
  const auto skipSpace = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
  const auto take = [&](std::string_view word) {
    skipSpace();
    if (!line.starts_with(word)) return false;
    line.remove_prefix(word.size());
    return true;
  };
  if (!take("#") || !take("include")) return std::nullopt;
  skipSpace();
  if (line.empty() || (line.front() != '<' && line.front() != '"')) return std::nullopt;
  const auto end = line.find(line.front() == '<' ? '>' : '"', 1);
  return end == std::string_view::npos ? std::nullopt : std::optional(std::string(line.substr(1, end - 1)));
}

std::vector<std::string_view> splitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool isQt(std::string_view file) {
  // <QString>, <QtTest>, <QtCharts/QChart>; no other library's header begins with a capital Q.
  return file.starts_with('Q') || file == "qglobal.h";
}

bool isTorch(std::string_view file) {
  return file.starts_with("torch/") || file.starts_with("ATen/") || file.starts_with("c10/") || file == "torch.h";
}

bool isSqlite(std::string_view file) {
  return file.starts_with("SQLiteCpp/") || file == "sqlite3.h";
}

bool isAsio(std::string_view file) {
  return file.starts_with("boost/asio") || file.starts_with("asio");
}

bool isUnder(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

/// Why `path` may not include the library header `file`; empty when it may.
std::string_view libraryProblem(std::string_view path, std::string_view file) {
  if (isUnder(path, "tests")) return {};  // a test may damage a database, or check a kernel against the library's
  if (isQt(file) && isUnder(path, "core")) return "no Qt in core";
  if (isTorch(file) && !isUnder(path, "core/model/torch")) return "LibTorch only under core/model/torch";
  if (isSqlite(file) && !isUnder(path, "core/store")) return "SQLite only in core/store";
  if (isAsio(file) && !(isUnder(path, "core/jobs") && path.ends_with(".cpp")))
    return "Boost.Asio only in core/jobs/*.cpp";
  return {};
}

/// Of core/experiment the widgets see the configuration, not the stages that carry it out.
bool isSeenByWidgets(std::string_view file) {
  return file.starts_with("core/experiment/experiment_") || file.starts_with("core/experiment/schema") ||
         file == "core/experiment/policy_names.h" || file == "core/experiment/sweep.h" ||
         file == "core/experiment/file_text.h";
}

/// "board" of "widgets/board/board_view.h".
std::string_view widgetFolder(std::string_view path) {
  path.remove_prefix(std::string_view("widgets/").size());
  return path.substr(0, path.find('/'));
}

/// Why `path` may not include the project header `file`; empty when it may.
std::string projectProblem(std::string_view path, std::string_view file) {
  const std::string from = folderOf(path);
  const std::string to = folderOf(file);
  if (from == "widgets" && to == "widgets") {
    // Each can be used alone: what brings two of them together is app/gui.
    const bool is_drawn = widgetFolder(file) == "base" || widgetFolder(file) == widgetFolder(path);
    return is_drawn ? std::string() : fmt::format("widgets/{} sees widgets/base and itself", widgetFolder(path));
  }
  if (from.empty() || to.empty() || from == to) return {};
  const auto row = allowedFolders().find(from);
  if (row == allowedFolders().end()) return fmt::format("{} is no folder of architecture.md", from);
  if (!row->second.contains(to)) return fmt::format("architecture.md draws no arrow from {} to {}", from, to);
  if (from == "widgets" && to == "core/experiment" && !isSeenByWidgets(file)) {
    return "widgets see the configuration only, not the stages";
  }
  return {};
}

bool isCpp(std::string_view path) {
  return path.ends_with(".cpp");
}

bool isHeader(std::string_view path) {
  return path.ends_with(".h");
}

/// The cap of house-style.md in lines; none for tests. An `.inc.h` holds code that several .cpp files compile, each its
/// own way.
std::size_t lineCap(std::string_view path) {
  if (isUnder(path, "tests")) return SIZE_MAX;
  return isHeader(path) && !path.ends_with(".inc.h") ? 200 : 500;
}

}  // namespace

std::vector<std::string> structureViolations(const std::string& path, std::string_view text) {
  std::vector<std::string> violations;
  const auto report = [&](std::size_t line, std::string_view what) {
    violations.push_back(fmt::format("{}:{}: {}", path, line, what));
  };
  const std::vector<std::string_view> lines = splitLines(text);
  // A script's first line is its interpreter's, an XML file's says that it is one.
  const bool has_preamble = !lines.empty() && (lines[0].starts_with("#!") || lines[0].starts_with("<?xml"));
  const std::size_t licence_line = has_preamble ? 1 : 0;
  // Software catalogues take a description only under a licence that lets them copy it anywhere.
  const std::string licence =
      std::string("SPDX-License-Identifier: ") + (path.ends_with(".metainfo.xml") ? "FSFAP" : "GPL-3.0-or-later");
  if (lines.size() <= licence_line || lines[licence_line].find(licence) == std::string_view::npos) {
    report(licence_line + 1, "lacks its line \"" + licence + "\"");
  }
  if (!isCpp(path) && !isHeader(path)) return violations;
  if (lines.size() > lineCap(path)) report(lines.size(), fmt::format("longer than {} lines", lineCap(path)));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::optional<std::string> file = includedFile(lines[i]);
    if (!file) continue;
    if (const auto problem = libraryProblem(path, *file); !problem.empty()) {
      report(i + 1, fmt::format("includes {}: {}", *file, problem));
    }
    if (const std::string problem = projectProblem(path, *file); !problem.empty()) {
      report(i + 1, fmt::format("includes {}: {}", *file, problem));
    }
  }
  return violations;
}

}  // namespace limbeck::test
