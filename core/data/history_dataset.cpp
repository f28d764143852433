// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/history_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/data/episode_scan.h"

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
    first_histories_.push_back(histories_);
    if (shard.histories() > std::numeric_limits<int>::max() - histories_) {
      throw Error(ErrorCode::InvalidArgument, fmt::format("{}: more than {} histories; keep them in several folders",
                                                          directory.string(), std::numeric_limits<int>::max()));
    }
    histories_ += shard.histories();
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

HistoryDataset::Place HistoryDataset::placeOf(int history) const {
  LIMBECK_CHECK(history >= 0 && history < histories_, fmt::format("history {} of {}", history, histories_));
  const auto after = std::ranges::upper_bound(first_histories_, history);
  const std::ptrdiff_t number = after - first_histories_.begin() - 1;
  return {shards_[static_cast<std::size_t>(number)], history - *(after - 1)};
}

TransitionColumns HistoryDataset::columns(int history) const {
  const Place place = placeOf(history);
  return place.shard.columns(place.history);
}

const HistoryLabel& HistoryDataset::label(int history) const {
  const Place place = placeOf(history);
  return place.shard.label(place.history);
}

std::vector<EpisodeRange> HistoryDataset::episodes(int history) const {
  const std::span<const End> ends = columns(history).ends;
  std::vector<EpisodeRange> episodes;
  std::size_t begin = 0;
  for (std::size_t end = nextEnd(ends, 0); end < ends.size(); end = nextEnd(ends, begin)) {
    episodes.push_back({static_cast<std::int64_t>(begin), static_cast<std::int64_t>(end) + 1});
    begin = end + 1;
  }
  return episodes;
}

}  // namespace limbeck
