// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/context_sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/base/check.h"
#include "core/base/error.h"

namespace limbeck {
namespace {

void requireRange(std::string_view name, double value, double low, double high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::InvalidArgument, fmt::format("{} is {}, but must lie from {} to {}", name, value, low, high));
}

}  // namespace

ContextSampler::ContextSampler(const HistoryDataset& dataset, const ContextSamplerOptions& options)
    : dataset_(dataset), options_(options) {
  requireRange("context_length", options.context_length, 1, 1 << 20);
  requireRange("keep_every", options.keep_every, 1, 1 << 20);
  requireRange("start_share", options.start_share, 0.0, 1.0);
  columns_.reserve(static_cast<std::size_t>(dataset.histories()));
  for (int history = 0; history < dataset.histories(); ++history) addHistory(history);
}

void ContextSampler::addHistory(int history) {
  const std::vector<EpisodeRange> ranges = dataset_.episodes(history);
  const auto stride = static_cast<std::size_t>(options_.keep_every);
  for (std::size_t phase = 0; phase < stride; ++phase) {
    KeptSequence sequence{.first_episode = episodes_.size()};
    for (std::size_t i = phase; i < ranges.size(); i += stride) {
      episodes_.push_back({ranges[i].begin, sequence.transitions});
      sequence.transitions += ranges[i].end - ranges[i].begin;
    }
    sequence.episode_count = episodes_.size() - sequence.first_episode;
    if (sequence.transitions < options_.context_length) {
      const HistoryLabel& label = dataset_.label(history);
      throw Error(
          ErrorCode::InvalidArgument,
          fmt::format(
              "history {} (task {}, seed {}) has {} episodes, of which keep_every {} from episode {} on leaves {} "
              "transitions, fewer than context_length {}; generate longer histories, or lower keep_every or "
              "context_length",
              history, label.task, label.seed, ranges.size(), options_.keep_every, phase, sequence.transitions,
              options_.context_length));
    }
    sequences_.push_back(sequence);
  }
  columns_.push_back(dataset_.columns(history));
}

void ContextSampler::sample(int windows, const Rng& rng, ContextBatch& batch) const {
  batch.resize(windows, options_.context_length, dataset_.spec().observationSize());
  for (int window = 0; window < windows; ++window) {
    Rng draw = rng.split("window", static_cast<std::uint64_t>(window));
    const std::uint32_t history = draw.below(static_cast<std::uint32_t>(columns_.size()));
    const std::uint32_t phase = draw.below(static_cast<std::uint32_t>(options_.keep_every));
    const KeptSequence& sequence = sequences_[static_cast<std::size_t>(history) * options_.keep_every + phase];
    const bool is_from_start = draw.uniform() < options_.start_share;
    const auto offsets = static_cast<double>(sequence.transitions - options_.context_length + 1);
    const std::int64_t offset = is_from_start ? 0 : static_cast<std::int64_t>(draw.uniform() * offsets);
    fill(sequence, columns_[history], offset, window, batch);
  }
}

// Walks the kept episodes from the one that holds the transition before the window, copying whole runs of rows. What
// came before (previous_*) is the same run, one position later.
void ContextSampler::fill(const KeptSequence& sequence, const TransitionColumns& history, std::int64_t offset,
                          int window, ContextBatch& batch) const {
  const std::int64_t length = options_.context_length;
  const std::int64_t observation_size = batch.observation_size;
  const std::int64_t place = window * length;
  if (offset == 0) {
    batch.previous_actions[place] = static_cast<std::uint8_t>(dataset_.spec().action_count);
    batch.previous_rewards[place] = 0.0F;
    batch.previous_ends[place] = 0;
  }
  const std::span kept(episodes_.data() + sequence.first_episode, sequence.episode_count);
  std::int64_t at = std::max<std::int64_t>(offset - 1, 0);
  auto episode = std::ranges::upper_bound(kept, at, {}, &KeptEpisode::kept_begin) - 1;
  while (at < offset + length) {
    const bool is_last = episode + 1 == kept.end();
    const std::int64_t kept_end = is_last ? sequence.transitions : (episode + 1)->kept_begin;
    const std::int64_t run_end = std::min(kept_end, offset + length);
    const std::int64_t row = episode->source_begin + at - episode->kept_begin;
    // Positions [first, end) of the window for what is seen and done now.
    const std::int64_t skipped = std::max<std::int64_t>(offset - at, 0);
    const std::int64_t first = at + skipped - offset;
    const std::int64_t count = run_end - at - skipped;
    if (count > 0) {
      std::memcpy(&batch.observations[(place + first) * observation_size],
                  history.observations.data() + (row + skipped) * observation_size, count * observation_size);
      std::memcpy(&batch.actions[place + first], history.actions.data() + row + skipped, count);
    }
    const std::int64_t after = at - offset + 1;  // where what this run brought is the past
    const std::int64_t after_count = std::min(run_end - at, length - after);
    if (after_count > 0) {
      std::memcpy(&batch.previous_actions[place + after], history.actions.data() + row, after_count);
      std::memcpy(&batch.previous_rewards[place + after], history.rewards.data() + row, after_count * sizeof(float));
      for (std::int64_t i = 0; i < after_count; ++i) {
        batch.previous_ends[place + after + i] = history.ends[row + i] != End::None ? 1 : 0;
      }
    }
    at = run_end;
    ++episode;
  }
}

}  // namespace limbeck
