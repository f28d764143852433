// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/attention_bars.h"

#include <algorithm>
#include <span>

#include "core/base/check.h"
#include "core/data/recorded_stream.h"

namespace limbeck {
namespace {

/// Mean over the chosen layers and heads. [length]
std::vector<double> chosenWeights(const AttentionView& view, const AttentionChoice& choice) {
  const auto length = static_cast<std::size_t>(view.length);
  std::vector<double> mean(length, 0.0);
  int maps = 0;
  for (int layer = 0; layer < view.layers; ++layer) {
    if (choice.layer && *choice.layer != layer) continue;
    for (int head = 0; head < view.heads; ++head) {
      if (choice.head && *choice.head != head) continue;
      const auto offset = static_cast<std::size_t>(layer * view.heads + head) * length;
      const auto weights = std::span(view.weights).subspan(offset, length);
      for (std::size_t i = 0; i < length; ++i) mean[i] += static_cast<double>(weights[i]);
      ++maps;
    }
  }
  for (double& weight : mean) weight /= std::max(1, maps);
  return mean;
}

int episodeOf(const RecordedStream& stream, std::int64_t row) {
  if (row < stream.columns().rows()) return stream.episodeAt(row);
  if (stream.episodes() == 0) return 0;
  const bool has_ended = stream.columns().ends.back() != End::None;
  return has_ended ? stream.episodes() : stream.episodes() - 1;
}

std::vector<AttentionBar> folded(const std::vector<AttentionBar>& bars) {
  std::vector<AttentionBar> result;
  double strongest = 0.0;
  for (const AttentionBar& bar : bars) {
    if (result.empty() || result.back().episode != bar.episode) {
      result.push_back(bar);
      strongest = bar.weight;
      continue;
    }
    AttentionBar& sum = result.back();
    ++sum.count;
    sum.weight += bar.weight;
    sum.is_rewarded |= bar.is_rewarded;
    if (bar.weight > strongest) {
      strongest = bar.weight;
      sum.strongest_row = bar.first_row;
    }
  }
  return result;
}

}  // namespace

std::vector<AttentionBar> attentionBars(const AttentionView& view, const RecordedStream& stream,
                                        const AttentionChoice& choice) {
  const auto maps = static_cast<std::size_t>(view.layers) * static_cast<std::size_t>(view.heads);
  LIMBECK_CHECK(view.weights.size() == maps * static_cast<std::size_t>(view.length), "attention of another shape");
  const std::vector<double> weights = chosenWeights(view, choice);
  std::vector<AttentionBar> bars;
  bars.reserve(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::int64_t row = view.first_row + static_cast<std::int64_t>(i);
    const bool is_recorded = row < stream.columns().rows();
    bars.push_back({.first_row = row,
                    .strongest_row = row,
                    .episode = episodeOf(stream, row),
                    .weight = weights[i],
                    .is_rewarded = is_recorded && stream.columns().rewards[static_cast<std::size_t>(row)] > 0.0F});
  }
  return choice.is_folded ? folded(bars) : bars;
}

}  // namespace limbeck
