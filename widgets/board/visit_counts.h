// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "widgets/board/board_track.h"

namespace limbeck {

/// How often each cell of the grid was visited, [height, width]: the cells after 0, 1, ... `step` actions of
/// one episode.
std::vector<std::uint32_t> episodeVisits(const BoardTrack& track, int episode, int step);

/// The same over all episodes from the first to any moment, at once for long streams too: counts are kept at the
/// beginnings of some episodes, and a question adds the rest. Immutable and thread-safe.
class VisitCounts {
 public:
  /// Walks the whole stream.
  explicit VisitCounts(std::shared_ptr<const BoardTrack> track);

  /// Of a moment past the end of its stream, all visits.
  std::vector<std::uint32_t> upTo(int episode, int step) const;
  const std::shared_ptr<const BoardTrack>& track() const { return track_; }

 private:
  std::shared_ptr<const BoardTrack> track_;  // shared with the view
  std::vector<int> kept_episodes_;           ///< ascending; the first is 0
  std::vector<std::uint32_t> kept_;          ///< [kept, cells]: visits before that episode
};

}  // namespace limbeck
