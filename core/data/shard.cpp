// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/data/shard_manifest.h"

namespace limbeck {
namespace {

/// Where the optional column stands among the files, if there is one.
constexpr std::size_t kLabels = 5;

[[noreturn]] void corrupt(ShardColumn column, std::string_view message) {
  throw Error(ErrorCode::Corrupt, fmt::format("column {}: {}; generate the shard again", columnName(column), message));
}

nlohmann::json readManifest(const std::filesystem::path& directory) {
  try {
    return nlohmann::json::parse(readTextFile(directory / kManifestFile));
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::Corrupt, fmt::format("{}: no valid JSON: {}", kManifestFile, error.what()));
  }
}

NpyFile openColumn(const std::filesystem::path& directory, std::size_t index, const ShardManifest& manifest,
                   Verify verify) {
  const ShardColumn column = kShardColumns[index];
  const std::filesystem::path path = directory / fmt::format("{}.npy", columnName(column));
  if (!std::filesystem::exists(path)) corrupt(column, "the file is missing");
  NpyFile file(path);
  std::vector<std::int64_t> expected{manifest.columnRows(column)};
  const auto row_shape = columnRowShape(column, manifest.spec.observationSize());
  expected.insert(expected.end(), row_shape.begin(), row_shape.end());
  if (file.type() != columnType(column)) corrupt(column, "the file holds another type than the manifest says");
  if (file.shape() != expected) corrupt(column, "the file has another shape than the manifest says");
  if (verify == Verify::Checksums && hashBytes(file.data()) != manifest.checksums[index]) {
    corrupt(column, "checksum mismatch, the data is damaged");
  }
  return file;
}

void checkOffsets(std::span<const std::int64_t> offsets, std::int64_t rows) {
  const bool is_sound = offsets.front() == 0 && offsets.back() == rows && std::ranges::is_sorted(offsets);
  if (!is_sound) corrupt(ShardColumn::HistoryOffsets, fmt::format("they do not rise from 0 to {} rows", rows));
}

void checkObservations(std::span<const std::uint8_t> observations, const std::vector<int>& classes) {
  bool is_outside = false;
  const std::size_t size = classes.size();
  for (std::size_t component = 0; component < size; ++component) {
    const int limit = classes[component];
    for (std::size_t i = component; i < observations.size(); i += size) is_outside |= observations[i] >= limit;
  }
  if (is_outside) corrupt(ShardColumn::Observations, "a value is not below its number of classes");
}

/// The sampler and the model index tables with these values, so they are checked even when checksums are not.
void checkValues(const std::vector<NpyFile>& files, const EnvironmentSpec& spec) {
  checkObservations(files[0].as<std::uint8_t>(), spec.observation_classes);
  const auto isAbove = [](std::span<const std::uint8_t> values, int limit) {
    return !values.empty() && std::ranges::max(values) > limit;
  };
  if (isAbove(files[1].as<std::uint8_t>(), spec.action_count - 1)) {
    corrupt(ShardColumn::Actions, fmt::format("a value is not below the {} actions", spec.action_count));
  }
  if (!std::ranges::all_of(files[2].as<float>(), [](float reward) { return std::isfinite(reward); })) {
    corrupt(ShardColumn::Rewards, "a value is not finite");
  }
  if (isAbove(files[3].as<std::uint8_t>(), static_cast<int>(End::Truncated))) {
    corrupt(ShardColumn::Ends, "a value is above 2");
  }
  if (files.size() > kLabels && isAbove(files[kLabels].as<std::uint8_t>(), spec.action_count - 1)) {
    corrupt(ShardColumn::Labels, fmt::format("a value is not below the {} actions", spec.action_count));
  }
}

}  // namespace

TransitionColumns TransitionColumns::from(std::int64_t row) const {
  LIMBECK_CHECK(row >= 0 && row <= rows(), fmt::format("row {} of {}", row, rows()));
  const auto begin = static_cast<std::size_t>(row);
  const std::size_t observation_size = actions.empty() ? 0 : observations.size() / actions.size();
  return {.observations = observations.subspan(begin * observation_size),
          .actions = actions.subspan(begin),
          .rewards = rewards.subspan(begin),
          .ends = ends.subspan(begin),
          .labels = labels.empty() ? labels : labels.subspan(begin)};
}

Shard::Shard(const std::filesystem::path& directory, Verify verify) : directory_(directory) {
  if (!std::filesystem::is_directory(directory)) {
    throw Error(ErrorCode::NotFound, fmt::format("{}: no such shard", directory.string()));
  }
  try {
    auto json = std::make_shared<nlohmann::json>(readManifest(directory));
    ShardManifest manifest = parseShardManifest(*json);
    for (std::size_t i = 0; i < manifest.columns().size(); ++i)
      files_.push_back(openColumn(directory, i, manifest, verify));
    checkOffsets(files_[4].as<std::int64_t>(), manifest.rows);
    checkValues(files_, manifest.spec);
    spec_ = std::move(manifest.spec);
    labels_ = std::move(manifest.labels);
    json->erase("labels");  // as JSON they take twenty times the memory
    manifest_ = std::move(json);
  } catch (Error& error) {
    error.addContext(fmt::format("shard {}", directory.string()));
    throw;
  }
}

const nlohmann::json& Shard::manifest() const {
  return *manifest_;
}

std::int64_t Shard::rows() const {
  return files_[1].shape()[0];
}

TransitionColumns Shard::columns(int history) const {
  LIMBECK_CHECK(history >= 0 && history < histories(), fmt::format("history {} of {}", history, histories()));
  const auto offsets = files_[4].as<std::int64_t>();
  const auto begin = static_cast<std::size_t>(offsets[history]);
  const auto count = static_cast<std::size_t>(offsets[history + 1]) - begin;
  const auto observation_size = static_cast<std::size_t>(spec_.observationSize());
  const auto ends = files_[3].as<std::uint8_t>().subspan(begin, count);
  TransitionColumns columns{
      .observations = files_[0].as<std::uint8_t>().subspan(begin * observation_size, count * observation_size),
      .actions = files_[1].as<std::uint8_t>().subspan(begin, count),
      .rewards = files_[2].as<float>().subspan(begin, count),
      .ends = {reinterpret_cast<const End*>(ends.data()), ends.size()}};
  if (files_.size() > kLabels) columns.labels = files_[kLabels].as<std::uint8_t>().subspan(begin, count);
  return columns;
}

}  // namespace limbeck
