// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/nearest_name.h"
#include "core/experiment/schema.h"
#include "core/experiment/setting.h"

namespace limbeck {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;
constexpr std::int64_t kMostSeeds = 10'000;
constexpr int kMostMistypedLetters = 3;

/// What a file says, before anything is laid over it.
struct ParsedFile {
  std::vector<Setting> settings;
  int seeds = 1;
  SweepPlan sweep;
  std::vector<Claim> claims;
  std::vector<PublishedReference> published;
};

const std::vector<std::string>& tableNames() {
  static const std::vector<std::string> kNames = {"variant", "claim", "published"};
  return kNames;
}

int readSeeds(const TomlEntry& entry, std::string_view file_name) {
  const auto* seeds = entry.value ? std::get_if<std::int64_t>(&*entry.value) : nullptr;
  if (seeds == nullptr || *seeds < 1 || *seeds > kMostSeeds) {
    failAt(placeOf(entry, file_name),
           fmt::format("experiment.seeds is {} but must be an integer from 1 to {}: how many seeds to run, from "
                       "experiment.seed on",
                       entry.value ? formatValue(*entry.value) : entry.type_name, kMostSeeds));
  }
  return static_cast<int>(*seeds);
}

/// Says what is meant where a table has the name of one but not its form.
void checkForm(const TomlEntry& entry, std::string_view file_name) {
  const std::string section = entry.key.substr(0, entry.key.find('.'));
  if (section == "sweep") failAt(placeOf(entry, file_name), "sweep must be a table: [sweep]");
  if (std::ranges::find(tableNames(), section) == tableNames().end()) return;
  failAt(placeOf(entry, file_name),
         fmt::format("{0} must be a list of tables, each one with [[{0}]] above it", section));
}

ParsedFile parseFile(std::string_view toml_text, std::string_view file_name) {
  const TomlDocument document = readTomlDocument(toml_text, file_name);
  ParsedFile file;
  for (const TomlTable& table : document.tables) {
    const std::string nearest = nearestName(table.name, tableNames());
    if (nearest == table.name) continue;
    const std::string place = fmt::format("{}:{}:{}", file_name, table.line, table.column);
    if (editDistance(nearest, table.name) > kMostMistypedLetters) requireKey(table.name, place);
    failAt(place, fmt::format("unknown table [[{}]]; did you mean [[{}]]?", table.name, nearest));
  }
  for (const TomlEntry& entry : document.settings) {
    checkForm(entry, file_name);
    if (entry.key == "experiment.seeds") {
      file.seeds = readSeeds(entry, file_name);
    } else {
      file.settings.push_back(settingFrom(entry, file_name));
    }
  }
  if (file.settings.empty()) {
    failAt(fmt::format("{}:1:1", file_name), "the experiment is empty; give at least [experiment] with a name");
  }
  file.sweep = readSweep(document, file_name);
  file.claims = readClaims(document, file.sweep, file_name);
  file.published = readPublishedReferences(document, file_name);
  return file;
}

std::vector<Setting> overridesFrom(std::span<const std::string> assignments) {
  std::vector<Setting> settings;
  for (const std::string& assignment : assignments) settings.push_back(settingFromOverride(assignment));
  return settings;
}

ExperimentConfig withOverrides(std::vector<Setting> settings, const std::vector<Setting>& overrides) {
  settings.insert(settings.end(), overrides.begin(), overrides.end());
  return applyAll(settings);
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
  return withOverrides(parseFile(toml_text, file_name).settings, overridesFrom(overrides));
}

ExperimentFile parseExperimentFile(std::string text, const std::filesystem::path& path,
                                   std::span<const std::string> assignments) {
  ParsedFile parsed = parseFile(text, path.string());
  const std::vector<Setting> overrides = overridesFrom(assignments);
  ExperimentFile file{.config = withOverrides(parsed.settings, overrides),
                      .text = std::move(text),
                      .path = path,
                      .seeds = parsed.seeds,
                      .points = expandSweep(parsed.sweep, parsed.settings, overrides),
                      .claims = std::move(parsed.claims),
                      .published = std::move(parsed.published)};
  settleClaims(file.claims, pointsOf(file));
  return file;
}

std::vector<SweepPoint> pointsOf(const ExperimentFile& file) {
  if (!file.points.empty()) return file.points;
  return {{.name = {}, .overrides = {}, .config = file.config}};
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
  return parseExperimentFile(readTextFile(path, kLargestFile), path, overrides);
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
