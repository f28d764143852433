// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/history_dataset.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/error.h"

namespace limbeck {
namespace {

/// Hidden folders are shards that are being written, or were when their writer died.
std::vector<std::filesystem::path> shardDirectories(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> paths;
  if (std::filesystem::is_directory(directory)) {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      if (entry.is_directory() && !entry.path().filename().string().starts_with('.')) paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  if (paths.empty()) {
    throw Error(ErrorCode::NotFound,
                fmt::format("{}: no shard of histories there; generate them first", directory.string()));
  }
  return paths;
}

}  // namespace

HistoryDataset::HistoryDataset(const std::filesystem::path& directory, Verify verify) {
  for (const std::filesystem::path& path : shardDirectories(directory)) {
    shards_.emplace_back(path, verify);
    const Shard& shard = shards_.back();
    if (shard.spec() != shards_.front().spec()) {
      throw Error(ErrorCode::Corrupt,
                  fmt::format("{} and {} come from different environments; keep them in different folders",
                              shards_.front().directory().string(), path.string()));
    }
    const int number = static_cast<int>(shards_.size()) - 1;
    for (int history = 0; history < shard.histories(); ++history) index_.push_back({number, history});
  }
}

const EnvironmentSpec& HistoryDataset::spec() const {
  return shards_.front().spec();
}

std::int64_t HistoryDataset::transitions() const {
  std::int64_t total = 0;
  for (const Shard& shard : shards_) total += shard.rows();
  return total;
}

TransitionColumns HistoryDataset::columns(int history) const {
  LIMBECK_CHECK(history >= 0 && history < histories(), fmt::format("history {} of {}", history, histories()));
  return shards_[index_[history].shard].columns(index_[history].history);
}

const HistoryLabel& HistoryDataset::label(int history) const {
  LIMBECK_CHECK(history >= 0 && history < histories(), fmt::format("history {} of {}", history, histories()));
  return shards_[index_[history].shard].label(index_[history].history);
}

std::vector<EpisodeRange> HistoryDataset::episodes(int history) const {
  const std::span<const End> ends = columns(history).ends;
  std::vector<EpisodeRange> episodes;
  std::int64_t begin = 0;
  for (std::int64_t row = 0; row < static_cast<std::int64_t>(ends.size()); ++row) {
    if (ends[row] == End::None) continue;
    episodes.push_back({begin, row + 1});
    begin = row + 1;
  }
  return episodes;
}

}  // namespace limbeck
