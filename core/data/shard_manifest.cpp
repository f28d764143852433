// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/shard_manifest.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/data/npy_header.h"

namespace limbeck {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kFormat = "limbeck-history";

[[noreturn]] void corrupt(const std::string& message) {
  throw Error(ErrorCode::Corrupt, fmt::format("{}: {}", kManifestFile, message));
}

const Json& member(const Json& object, std::string_view key) {
  if (!object.is_object()) corrupt(fmt::format("an object with '{}' was expected", key));
  const auto found = object.find(key);
  if (found == object.end()) corrupt(fmt::format("'{}' is missing", key));
  return *found;
}

std::int64_t integer(const Json& value, std::string_view key, std::int64_t low, std::int64_t high) {
  const bool fits =
      value.is_number_integer() &&
      (!value.is_number_unsigned() ||
       value.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  if (!fits || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high) {
    corrupt(fmt::format("'{}' is {}, not a whole number from {} to {}", key, value.dump(), low, high));
  }
  return value.get<std::int64_t>();
}

std::int64_t integerMember(const Json& object, std::string_view key, std::int64_t low, std::int64_t high) {
  return integer(member(object, key), key, low, high);
}

const Json& arrayMember(const Json& object, std::string_view key) {
  const Json& value = member(object, key);
  if (!value.is_array()) corrupt(fmt::format("'{}' is no list", key));
  return value;
}

std::string stringMember(const Json& object, std::string_view key) {
  const Json& value = member(object, key);
  if (!value.is_string()) corrupt(fmt::format("'{}' is no text", key));
  return value.get<std::string>();
}

EnvironmentSpec parseSpec(const Json& json) {
  EnvironmentSpec spec;
  for (const Json& classes : arrayMember(json, "observation_classes")) {
    spec.observation_classes.push_back(static_cast<int>(integer(classes, "observation_classes", 1, 256)));
  }
  if (spec.observation_classes.empty()) corrupt("'observation_classes' is empty");
  spec.action_count = static_cast<int>(integerMember(json, "action_count", 1, 255));
  spec.horizon = static_cast<int>(integerMember(json, "horizon", 1, std::numeric_limits<int>::max()));
  return spec;
}

std::vector<HistoryLabel> parseLabels(const Json& json) {
  std::vector<HistoryLabel> labels;
  for (const Json& entry : json) {
    HistoryLabel label;
    label.task = static_cast<std::int32_t>(integerMember(entry, "task", std::numeric_limits<std::int32_t>::min(),
                                                         std::numeric_limits<std::int32_t>::max()));
    const Json& seed = member(entry, "seed");
    if (!seed.is_number_unsigned()) corrupt(fmt::format("'seed' is {}, not a whole number from 0", seed.dump()));
    label.seed = seed.get<std::uint64_t>();
    labels.push_back(label);
  }
  return labels;
}

std::vector<std::int64_t> fullShape(ShardColumn column, const ShardManifest& manifest) {
  std::vector<std::int64_t> shape{manifest.columnRows(column)};
  const auto row_shape = columnRowShape(column, manifest.spec.observationSize());
  shape.insert(shape.end(), row_shape.begin(), row_shape.end());
  return shape;
}

std::string parseColumn(const Json& columns, ShardColumn column, const ShardManifest& manifest) {
  const std::string name(columnName(column));
  const Json& entry = member(columns, name);
  if (stringMember(entry, "type") != npyTypeName(columnType(column))) {
    corrupt(fmt::format("column {} has type {}, not {}", name, stringMember(entry, "type"),
                        npyTypeName(columnType(column))));
  }
  if (member(entry, "shape") != Json(fullShape(column, manifest))) {
    corrupt(fmt::format("column {} has shape {}, but rows and histories say {}", name, member(entry, "shape").dump(),
                        Json(fullShape(column, manifest)).dump()));
  }
  return stringMember(entry, "checksum");
}

std::string checksumOf(const Json& manifest) {
  const std::string text = manifest.dump();
  return hashBytes(std::as_bytes(std::span(text)));
}

/// Nothing else in the manifest may be looked at before: a newer format may mean anything by it.
void checkFormat(const Json& json) {
  if (stringMember(json, "format") != kFormat) {
    corrupt(fmt::format("the format is '{}', not '{}'", stringMember(json, "format"), kFormat));
  }
  const std::int64_t version = integerMember(json, "format_version", 0, std::numeric_limits<std::int64_t>::max());
  if (version != kShardFormatVersion) {
    throw Error(
        ErrorCode::UnsupportedVersion,
        fmt::format("history format {} but this build reads {}; generate it again", version, kShardFormatVersion));
  }
  Json rest = json;
  rest.erase("checksum");
  if (checksumOf(rest) != stringMember(json, "checksum")) {
    corrupt("its checksum does not match its content; it was changed or damaged, generate the shard again");
  }
}

}  // namespace

std::string_view columnName(ShardColumn column) {
  switch (column) {
    case ShardColumn::Observations:
      return "observations";
    case ShardColumn::Actions:
      return "actions";
    case ShardColumn::Rewards:
      return "rewards";
    case ShardColumn::Ends:
      return "ends";
    case ShardColumn::HistoryOffsets:
      return "history_offsets";
    case ShardColumn::Labels:
      return "labels";
  }
  return {};
}

NpyType columnType(ShardColumn column) {
  switch (column) {
    case ShardColumn::Observations:
    case ShardColumn::Actions:
    case ShardColumn::Ends:
    case ShardColumn::Labels:
      return NpyType::UInt8;
    case ShardColumn::Rewards:
      return NpyType::Float32;
    case ShardColumn::HistoryOffsets:
      return NpyType::Int64;
  }
  return NpyType::UInt8;
}

std::vector<std::int64_t> columnRowShape(ShardColumn column, int observation_size) {
  if (column == ShardColumn::Observations) return {observation_size};
  return {};
}

std::int64_t ShardManifest::columnRows(ShardColumn column) const {
  return column == ShardColumn::HistoryOffsets ? static_cast<std::int64_t>(labels.size()) + 1 : rows;
}

Json toJson(const ShardManifest& manifest, const Json& provenance) {
  Json columns = Json::object();
  for (std::size_t i = 0; i < manifest.columns().size(); ++i) {
    const ShardColumn column = manifest.columns()[i];
    columns[std::string(columnName(column))] = {{"type", npyTypeName(columnType(column))},
                                                {"shape", fullShape(column, manifest)},
                                                {"checksum", manifest.checksums[i]}};
  }
  Json labels = Json::array();
  for (const HistoryLabel& label : manifest.labels) labels.push_back({{"task", label.task}, {"seed", label.seed}});
  Json json = {{"format", kFormat},
               {"format_version", kShardFormatVersion},
               {"provenance", provenance},
               {"spec",
                {{"observation_classes", manifest.spec.observation_classes},
                 {"action_count", manifest.spec.action_count},
                 {"horizon", manifest.spec.horizon}}},
               {"rows", manifest.rows},
               {"histories", manifest.labels.size()},
               {"columns", std::move(columns)},
               {"labels", std::move(labels)}};
  json["checksum"] = checksumOf(json);
  return json;
}

ShardManifest parseShardManifest(const Json& json) {
  checkFormat(json);
  ShardManifest manifest;
  manifest.spec = parseSpec(member(json, "spec"));
  manifest.rows = integerMember(json, "rows", 0, std::numeric_limits<std::int64_t>::max());
  manifest.labels = parseLabels(arrayMember(json, "labels"));
  const std::int64_t histories = integerMember(json, "histories", 1, std::numeric_limits<std::int32_t>::max());
  if (histories != static_cast<std::int64_t>(manifest.labels.size())) {
    corrupt(fmt::format("{} histories but {} labels", histories, manifest.labels.size()));
  }
  const Json& columns = member(json, "columns");
  manifest.has_oracle_labels = columns.contains(columnName(ShardColumn::Labels));
  for (std::size_t i = 0; i < manifest.columns().size(); ++i) {
    manifest.checksums[i] = parseColumn(columns, manifest.columns()[i], manifest);
  }
  return manifest;
}

}  // namespace limbeck
