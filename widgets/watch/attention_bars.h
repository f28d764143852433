// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace limbeck {

class RecordedStream;

/// What the model looked at when it chose its next action: its weights over the transitions in its context, the newest
/// last. Entry i is row first_row + i of the stream that it was played on; the last one may be the present moment,
/// whose row is not yet full.
struct AttentionView {
  int layers = 0;
  int heads = 0;
  std::int64_t first_row = 0;
  int length = 0;
  std::vector<float> weights;  ///< [layers, heads, length]
};

/// Which of the weights: one layer or the mean of all, one head or the mean of all.
struct AttentionChoice {
  std::optional<int> layer;
  std::optional<int> head;
  bool is_folded = false;  ///< one bar an episode, the sum of its transitions

  bool operator==(const AttentionChoice&) const = default;
};

struct AttentionBar {
  std::int64_t first_row = 0;
  std::int64_t strongest_row = 0;  ///< of the rows that it sums
  int count = 1;                   ///< rows that it sums
  int episode = 0;
  double weight = 0.0;
  bool is_rewarded = false;
};

/// The bars of a view, oldest first. A row that the stream does not have (the present moment at its end) belongs to its
/// last episode, or to a new one when that has ended.
std::vector<AttentionBar> attentionBars(const AttentionView& view, const RecordedStream& stream,
                                        const AttentionChoice& choice);

}  // namespace limbeck
