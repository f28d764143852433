// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/data/shard.h"

namespace limbeck {

/// Where one episode of a history lies.
struct EpisodeRange {
  std::int64_t begin = 0;  ///< first row within the history
  std::int64_t end = 0;    ///< one past its last row
};

/// All histories of a set of shards, mapped. Immutable and thread-safe. Besides a label a history nothing of it is kept
/// in memory, so that 10^10 transitions are as good as 10^6.
class HistoryDataset {
 public:
  /// Opens every shard under `directory` in name order. Throws what Shard throws, or Error(NotFound) when there is
  /// none.
  explicit HistoryDataset(const std::filesystem::path& directory, Verify verify = Verify::Checksums);

  const EnvironmentSpec& spec() const;
  int histories() const { return histories_; }
  std::int64_t transitions() const;
  TransitionColumns columns(int history) const;
  const HistoryLabel& label(int history) const;
  /// The whole episodes of a history in order; an unfinished last one is left out.
  std::vector<EpisodeRange> episodes(int history) const;

 private:
  /// The shard that holds a history, and the history's number within it.
  struct Place {
    const Shard& shard;
    int history = 0;
  };
  Place placeOf(int history) const;

  std::vector<Shard> shards_;
  std::vector<int> first_histories_;  ///< [shards]: of the dataset's histories, the shard's first
  int histories_ = 0;
};

}  // namespace limbeck
