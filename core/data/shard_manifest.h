// SPDX-License-Identifier: GPL-3.0-or-later
// manifest.json of a shard as a value: one writer, one strict reader.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/npy.h"
#include "core/data/shard.h"

namespace limbeck {

inline constexpr std::string_view kManifestFile = "manifest.json";

enum class ShardColumn { Observations, Actions, Rewards, Ends, HistoryOffsets, Labels };
/// The last one is optional.
inline constexpr std::array kShardColumns = {ShardColumn::Observations,   ShardColumn::Actions,
                                             ShardColumn::Rewards,        ShardColumn::Ends,
                                             ShardColumn::HistoryOffsets, ShardColumn::Labels};

/// "observations"; the file is this with ".npy".
std::string_view columnName(ShardColumn column);
NpyType columnType(ShardColumn column);
/// The shape of one row for observations of `observation_size` bytes.
std::vector<std::int64_t> columnRowShape(ShardColumn column, int observation_size);

struct ShardManifest {
  EnvironmentSpec spec;
  std::int64_t rows = 0;
  std::vector<HistoryLabel> labels;
  bool has_oracle_labels = false;
  std::array<std::string, kShardColumns.size()> checksums;  ///< 32 hex digits, in the order of kShardColumns

  /// Those of kShardColumns that this shard has.
  std::span<const ShardColumn> columns() const {
    return std::span(kShardColumns).first(kShardColumns.size() - (has_oracle_labels ? 0 : 1));
  }
  /// Rows that a column must have.
  std::int64_t columnRows(ShardColumn column) const;
};

/// The manifest as JSON, with a checksum of its own over everything else in it.
nlohmann::json toJson(const ShardManifest& manifest, const nlohmann::json& provenance);

/// Throws Error(Corrupt | UnsupportedVersion) without naming the directory; the caller adds it.
ShardManifest parseShardManifest(const nlohmann::json& json);

}  // namespace limbeck
