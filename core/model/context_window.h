// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/data/context_batch.h"
#include "core/data/recorded_stream.h"
#include "core/model/transformer_policy.h"

namespace limbeck {

/// Rows [begin, end) of a recorded stream; `end - 1` is the row whose action is being chosen.
struct ContextWindow {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  /// Nothing came before its first row as far as the model knows: the stream began there, or the context was cleared.
  bool is_fresh = false;

  std::int64_t length() const { return end - begin; }
  bool operator==(const ContextWindow&) const = default;
};

/// What the model had in its context when it chose the action of `row`, as TransformerPolicy and the decoders keep it:
/// a full context loses its oldest `drop_count` transitions at once; with ClearEachEpisode an episode's end empties it.
ContextWindow contextWindowAt(const RecordedStream& stream, std::int64_t row, int context_length, int drop_count,
                              ContextUse use);

/// The window as the model reads it, one window (windows == 1). The first row carries the recorded transition before it
/// unless the window is fresh or begins with the stream: then there is none.
ContextBatch contextBatch(const RecordedStream& stream, const ContextWindow& window);

/// The window as a policy takes it to go on from: as above, with what the last of its actions led to.
ContextPrompt contextPrompt(const RecordedStream& stream, const ContextWindow& window);

}  // namespace limbeck
