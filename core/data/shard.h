// SPDX-License-Identifier: GPL-3.0-or-later
// A shard is a directory that is written once and never changed:
//   manifest.json        format, format_version, `provenance` (all that made it), rows, histories, per-column type,
//   shape and
//                        checksum (XXH3-128 of the column's data bytes), one entry per history: task, seed, and
//                        `checksum` over all the rest of it (XXH3-128 of the JSON without spaces, keys sorted)
//   observations.npy     uint8   [rows, observation_size]   what the agent saw before it acted
//   actions.npy          uint8   [rows]
//   rewards.npy          float32 [rows]
//   ends.npy             uint8   [rows]    0 the episode goes on, 1 terminated, 2 truncated by the horizon
//   history_offsets.npy  int64   [histories + 1]   history h is the rows [offsets[h], offsets[h + 1])
//   labels.npy           uint8   [rows]    optional: what the oracle would have done there (oracle_plan.h)
// A column that the manifest does not list is not there. One that a reader does not know it leaves alone, for the
// others do not depend on it: so `labels`, which came later, left the format at version 1.
// It appears by the rename of a temporary directory, so a reader never sees half a shard. Rollouts are kept in the same
// format (one "history" per stream).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/data/npy.h"
#include "core/rl/environment_spec.h"

namespace limbeck {

inline constexpr int kShardFormatVersion = 1;

/// Transitions as columns, one row each.
struct TransitionColumns {
  std::span<const std::uint8_t> observations;  ///< [rows, observation_size]
  std::span<const Action> actions;             ///< [rows]
  std::span<const float> rewards;              ///< [rows]
  std::span<const End> ends;                   ///< [rows]
  std::span<const Action> labels = {};         ///< [rows], the oracle's actions; empty where none were stored
  std::int64_t rows() const { return static_cast<std::int64_t>(actions.size()); }
  /// The rows from `row` on.
  TransitionColumns from(std::int64_t row) const;
};

/// Which history this is.
struct HistoryLabel {
  std::int32_t task = 0;   ///< TaskId within the environment
  std::uint64_t seed = 0;  ///< index of the source run on that task
  bool operator==(const HistoryLabel&) const = default;
};

/// Whether a shard has the column `labels`.
enum class OracleLabels { None, Stored };

class ShardWriter {
 public:
  /// Opens a temporary directory beside `target`. `provenance` is a JSON object that is kept in the manifest verbatim.
  ShardWriter(std::filesystem::path target, const EnvironmentSpec& spec, const nlohmann::json& provenance,
              OracleLabels labels = OracleLabels::None);
  /// Removes the temporary directory unless committed.
  ~ShardWriter();

  /// Appends one whole history, with labels if and only if the shard stores them.
  void append(const HistoryLabel& label, const TransitionColumns& history);
  /// Hands all that was appended to the disk without waiting for it; nothing can be appended any more. Whoever has
  /// other work does it between this and `commit()`, which then waits for less.
  void close();
  /// Closes, syncs and renames into place. Throws Error(IoFailure), after which nothing stands at the target.
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Removes what writers in `directory` left behind that were killed: temporary directories whose process is gone.
void removeAbandonedShards(const std::filesystem::path& directory);

/// Structure and values (observations below their classes, actions, ends) are checked always; checksums find silent
/// damage.
enum class Verify { Checksums, StructureOnly };

/// A mapped shard. Thread-safe once open.
class Shard {
 public:
  /// Throws Error(NotFound | Corrupt | UnsupportedVersion) naming the directory, the column and what is wrong.
  explicit Shard(const std::filesystem::path& directory, Verify verify = Verify::Checksums);

  const std::filesystem::path& directory() const { return directory_; }
  /// Without its "labels", which `label()` gives.
  const nlohmann::json& manifest() const;
  const EnvironmentSpec& spec() const { return spec_; }
  int histories() const { return static_cast<int>(labels_.size()); }
  const HistoryLabel& label(int history) const { return labels_[history]; }
  TransitionColumns columns(int history) const;
  std::int64_t rows() const;

 private:
  std::filesystem::path directory_;
  EnvironmentSpec spec_;
  std::vector<HistoryLabel> labels_;
  std::shared_ptr<const nlohmann::json> manifest_;  // shared so that the header needs no JSON definition
  std::vector<NpyFile> files_;  // observations, actions, rewards, ends, history_offsets, labels if stored
};

}  // namespace limbeck
