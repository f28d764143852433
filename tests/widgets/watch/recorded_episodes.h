// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/data/recorded_stream.h"

namespace limbeck::test {

/// Episodes on a 9 x 9 grid, told by their rewards. Row r was seen at (r % 9, 1) and took action r % 5.
/// The last episode goes on unless `has_ended`.
inline std::shared_ptr<const RecordedStream> recordedEpisodes(const std::vector<std::vector<float>>& rewards,
                                                              bool has_ended = true) {
  OwnedTransitions columns;
  for (const std::vector<float>& episode : rewards) {
    for (std::size_t step = 0; step < episode.size(); ++step) {
      const std::size_t row = columns.actions.size();
      columns.observations.push_back(static_cast<std::uint8_t>(row % 9));
      columns.observations.push_back(1);
      columns.actions.push_back(static_cast<Action>(row % 5));
      columns.rewards.push_back(episode[step]);
      const bool is_last = step + 1 == episode.size() && (has_ended || &episode != &rewards.back());
      columns.ends.push_back(is_last ? End::Truncated : End::None);
    }
  }
  return RecordedStream::fromColumns({{9, 9}, 5, 20}, {.task = 3, .seed = 1}, std::move(columns));
}

/// `episodes` of `steps` steps, of which episode e pays 1 in each of its first e (at most `steps`).
inline std::shared_ptr<const RecordedStream> improvingEpisodes(int episodes, int steps) {
  std::vector<std::vector<float>> rewards;
  for (int e = 0; e < episodes; ++e) {
    rewards.emplace_back();
    for (int k = 0; k < steps; ++k) rewards.back().push_back(k < e ? 1.0F : 0.0F);
  }
  return recordedEpisodes(rewards);
}

}  // namespace limbeck::test
