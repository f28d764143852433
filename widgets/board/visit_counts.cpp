// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/visit_counts.h"

#include <algorithm>

namespace limbeck {
namespace {

void addVisits(const BoardTrack& track, int episode, int step, std::vector<std::uint32_t>& counts) {
  const auto width = static_cast<std::size_t>(track.grid().width);
  const int length = track.stream().length(episode);
  const auto begin = static_cast<std::size_t>(track.stream().begin(episode));
  const std::span<const std::uint8_t> seen = track.stream().columns().observations;
  for (int i = 0; i < length && i <= step; ++i) {
    const std::size_t place = 2 * (begin + static_cast<std::size_t>(i));
    ++counts[seen[place + 1] * width + seen[place]];
  }
  if (step < length) return;
  const std::span<const std::uint8_t> arrival = track.observationAt(episode, length);
  if (!arrival.empty()) ++counts[arrival[1] * width + arrival[0]];  // a place that nobody knows is no visit
}

std::size_t cellCount(const BoardTrack& track) {
  return static_cast<std::size_t>(track.grid().width) * static_cast<std::size_t>(track.grid().height);
}

}  // namespace

std::vector<std::uint32_t> episodeVisits(const BoardTrack& track, int episode, int step) {
  std::vector<std::uint32_t> counts(cellCount(track), 0);
  addVisits(track, episode, step, counts);
  return counts;
}

VisitCounts::VisitCounts(std::shared_ptr<const BoardTrack> track) : track_(std::move(track)) {
  const std::size_t cells = cellCount(*track_);
  // Every so many rows: a question then adds a few thousand rows at most, and what is kept stays at a byte a row.
  const std::int64_t distance = std::max<std::int64_t>(2048, 4 * static_cast<std::int64_t>(cells));
  const RecordedStream& stream = track_->stream();
  std::vector<std::uint32_t> counts(cells, 0);
  std::int64_t next = 0;
  for (int episode = 0; episode < stream.episodes(); ++episode) {
    if (stream.begin(episode) >= next) {
      kept_episodes_.push_back(episode);
      kept_.insert(kept_.end(), counts.begin(), counts.end());
      next = stream.begin(episode) + distance;
    }
    addVisits(*track_, episode, stream.length(episode), counts);
  }
}

std::vector<std::uint32_t> VisitCounts::upTo(int episode, int step) const {
  const std::size_t cells = cellCount(*track_);
  const int last = track_->stream().episodes() - 1;
  if (episode > last) return upTo(last, track_->stream().length(last));
  const auto kept =
      static_cast<std::size_t>(std::ranges::upper_bound(kept_episodes_, episode) - kept_episodes_.begin()) - 1;
  const auto first = kept_.begin() + static_cast<std::ptrdiff_t>(kept * cells);
  std::vector<std::uint32_t> counts(first, first + static_cast<std::ptrdiff_t>(cells));
  for (int i = kept_episodes_[kept]; i < episode; ++i) addVisits(*track_, i, track_->stream().length(i), counts);
  addVisits(*track_, episode, step, counts);
  return counts;
}

}  // namespace limbeck
