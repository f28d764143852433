// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/context_window.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace limbeck {

ContextWindow contextWindowAt(const RecordedStream& stream, std::int64_t row, int context_length, int drop_count,
                              ContextUse use) {
  LIMBECK_CHECK(context_length > 0 && drop_count > 0,
                fmt::format("a context of {} that drops {}", context_length, drop_count));
  LIMBECK_CHECK(row >= 0 && row < stream.columns().rows(), fmt::format("row {} of {}", row, stream.columns().rows()));
  const std::int64_t first = use == ContextUse::AcrossEpisodes ? 0 : stream.begin(stream.episodeAt(row));
  // The first drop makes room for token number `context_length`; after it there is room for `dropped` more.
  const std::int64_t dropped = std::min(drop_count, context_length);
  const std::int64_t before = row - first;
  const std::int64_t drops = before < context_length ? 0 : (before - context_length) / dropped + 1;
  return {.begin = first + drops * dropped, .end = row + 1, .is_fresh = drops == 0};
}

ContextBatch contextBatch(const RecordedStream& stream, const ContextWindow& window) {
  const TransitionColumns& columns = stream.columns();
  LIMBECK_CHECK(window.begin >= 0 && window.begin < window.end && window.end <= columns.rows(),
                fmt::format("rows {} to {} of {}", window.begin, window.end, columns.rows()));
  const int observation_size = stream.spec().observationSize();
  ContextBatch batch;
  batch.resize(1, static_cast<int>(window.length()), observation_size);
  std::ranges::copy(columns.observations.subspan(static_cast<std::size_t>(window.begin * observation_size),
                                                 batch.observations.size()),
                    batch.observations.begin());
  std::ranges::copy(columns.actions.subspan(static_cast<std::size_t>(window.begin), batch.actions.size()),
                    batch.actions.begin());
  for (std::int64_t row = window.begin; row < window.end; ++row) {
    const auto place = static_cast<std::size_t>(row - window.begin);
    const bool has_previous = row > 0 && !(window.is_fresh && place == 0);
    const auto previous = static_cast<std::size_t>(row - 1);
    batch.previous_actions[place] =
        has_previous ? columns.actions[previous] : static_cast<std::uint8_t>(stream.spec().action_count);
    batch.previous_rewards[place] = has_previous ? columns.rewards[previous] : 0.0F;
    batch.previous_ends[place] = has_previous && columns.ends[previous] != End::None ? 1 : 0;
  }
  return batch;
}

ContextPrompt contextPrompt(const RecordedStream& stream, const ContextWindow& window) {
  ContextBatch tokens = contextBatch(stream, window);
  const auto last = static_cast<std::size_t>(window.end - 1);
  return {.tokens = std::move(tokens),
          .last_reward = stream.columns().rewards[last],
          .last_end = stream.columns().ends[last]};
}

}  // namespace limbeck
