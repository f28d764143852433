// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/context_sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/data/shuffled_episodes.h"

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
  requireRange("last_episodes", options.last_episodes, 0, std::numeric_limits<int>::max());
  common_length_ = KeptEpisodes(usedColumns(0).ends, 0, 1, 0).length();
  std::vector<int> long_enough;
  std::string first_problem;
  for (int history = 0; history < dataset.histories(); ++history) {
    const std::optional<std::string> problem = inspect(history);
    if (!problem) long_enough.push_back(history);
    if (problem && first_problem.empty()) first_problem = *problem;
  }
  if (first_problem.empty()) return;
  const auto left_out = dataset.histories() - static_cast<int>(long_enough.size());
  if (2 * left_out > dataset.histories()) throw Error(ErrorCode::InvalidArgument, first_problem);
  log::warning("{} of {} histories are left out of training; the first: {}", left_out, dataset.histories(),
               first_problem);
  long_enough_ = std::move(long_enough);
}

TransitionColumns ContextSampler::usedColumns(int history) const {
  const TransitionColumns columns = dataset_.columns(history);
  if (options_.last_episodes == 0) return columns;
  return columns.from(static_cast<std::int64_t>(beginOfLast(columns.ends, options_.last_episodes)));
}

std::optional<std::string> ContextSampler::inspect(int history) {
  const TransitionColumns columns = usedColumns(history);
  const HistoryLabel& label = dataset_.label(history);
  if (options_.labels == ContextLabels::Oracle && columns.labels.size() != columns.actions.size()) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("history {} (task {}, seed {}) was stored without the oracle's actions, which labels = "
                            "\"oracle\" needs; generate the histories with oracle_labels",
                            history, label.task, label.seed));
  }
  const std::span<const End> ends = columns.ends;
  std::vector<std::int64_t> transitions(static_cast<std::size_t>(options_.keep_every));
  std::size_t episode_count = 0;
  bool is_common = true;
  KeptEpisodes episode(ends, 0, 1, 0);
  for (; episode.isValid(); episode.next()) {
    transitions[episode_count++ % transitions.size()] += episode.length();
    is_common &= episode.length() == common_length_;
  }
  const std::int64_t unfinished = static_cast<std::int64_t>(ends.size()) - episode.begin();
  if (!is_common || unfinished >= common_length_) common_length_ = 0;
  const auto shortest = std::ranges::min_element(transitions);
  if (*shortest >= options_.context_length) return std::nullopt;
  const bool is_cut = options_.last_episodes > 0;
  return fmt::format(
      "history {} (task {}, seed {}) has {} episodes{}, of which keep_every {} from episode {} on leaves {} "
      "transitions, fewer than context_length {}; generate longer histories, {}or lower keep_every or context_length",
      history, label.task, label.seed, episode_count,
      is_cut ? fmt::format(" among its last_episodes {}", options_.last_episodes) : std::string(), options_.keep_every,
      shortest - transitions.begin(), *shortest, options_.context_length, is_cut ? "raise last_episodes, " : "");
}

void ContextSampler::sample(int windows, const Rng& rng, ContextBatch& batch) const {
  batch.resize(windows, options_.context_length, dataset_.spec().observationSize());
  if (windows == 0) return;
  // One window ahead: while one is copied, the memory of the next is on its way.
  DrawnWindow next = drawWindow(rng.split("window", 0));
  for (int window = 0; window < windows; ++window) {
    const DrawnWindow drawn = next;
    if (window + 1 < windows) next = drawWindow(rng.split("window", static_cast<std::uint64_t>(window) + 1));
    switch (options_.episode_order) {
      case EpisodeOrder::Learning:
        fill(drawn.episodes, drawn.columns, drawn.offset, window, batch);
        break;
      case EpisodeOrder::Shuffled:
        fill(ShuffledEpisodes(drawn.episodes, drawn.rng.split("order")), drawn.columns, drawn.offset, window, batch);
        break;
    }
  }
}

int ContextSampler::drawHistory(Rng& draw) const {
  if (long_enough_.empty()) return static_cast<int>(draw.below(static_cast<std::uint32_t>(dataset_.histories())));
  return long_enough_[draw.below(static_cast<std::uint32_t>(long_enough_.size()))];
}

ContextSampler::DrawnWindow ContextSampler::drawWindow(Rng rng) const {
  const int history = drawHistory(rng);
  const auto phase = static_cast<int>(rng.below(static_cast<std::uint32_t>(options_.keep_every)));
  const TransitionColumns columns = usedColumns(history);
  const KeptEpisodes episodes(columns.ends, common_length_, options_.keep_every, phase);
  const std::int64_t offset = drawOffset(episodes, rng);
  // Where lengths differ, finding the episodes reads their ends anyway.
  if (common_length_ > 0) prefetch(episodes, columns, offset);
  return {columns, episodes, offset, rng};
}

/// Kept episodes lie far apart, each in pages of its own: waiting for one after the other took most of a draw.
void ContextSampler::prefetch(KeptEpisodes episodes, const TransitionColumns& history, std::int64_t offset) const {
  constexpr std::int64_t kLine = 64;
  const auto ask = [](const void* begin, std::int64_t bytes) {
    for (std::int64_t at = 0; at < bytes; at += kLine) __builtin_prefetch(static_cast<const char*>(begin) + at);
  };
  const std::int64_t observation_size = dataset_.spec().observationSize();
  for (std::int64_t skipped = offset; skipped > common_length_; skipped -= common_length_) episodes.next();
  for (std::int64_t at = 0; at < options_.context_length && episodes.isValid(); at += common_length_) {
    const std::int64_t row = episodes.begin();
    ask(history.observations.data() + row * observation_size, common_length_ * observation_size);
    ask(history.actions.data() + row, common_length_);
    ask(history.rewards.data() + row, common_length_ * static_cast<std::int64_t>(sizeof(float)));
    ask(history.ends.data() + row, common_length_);
    episodes.next();
  }
}

std::int64_t ContextSampler::drawOffset(const KeptEpisodes& episodes, Rng& draw) const {
  if (draw.uniform() < options_.start_share) return 0;
  const auto offsets = static_cast<double>(episodes.transitionsLeft() - options_.context_length + 1);
  return static_cast<std::int64_t>(draw.uniform() * offsets);
}

// Walks the kept episodes from the one that holds the transition before the window, copying whole runs of rows. What
// came before (previous_*) is the same run, one position later.
template <typename Episodes>
void ContextSampler::fill(Episodes episodes, const TransitionColumns& history, std::int64_t offset, int window,
                          ContextBatch& batch) const {
  const std::int64_t length = options_.context_length;
  const std::int64_t observation_size = batch.observation_size;
  const std::int64_t place = window * length;
  const std::span<const Action> targets = options_.labels == ContextLabels::Oracle ? history.labels : history.actions;
  if (offset == 0) {
    batch.previous_actions[place] = static_cast<std::uint8_t>(dataset_.spec().action_count);
    batch.previous_rewards[place] = 0.0F;
    batch.previous_ends[place] = 0;
  }
  std::int64_t at = std::max<std::int64_t>(offset - 1, 0);
  std::int64_t kept_begin = 0;  // transitions kept before the present episode
  for (; kept_begin + episodes.length() <= at; episodes.next()) kept_begin += episodes.length();
  while (at < offset + length) {
    const std::int64_t kept_end = kept_begin + episodes.length();
    const std::int64_t run_end = std::min(kept_end, offset + length);
    const std::int64_t row = episodes.begin() + at - kept_begin;
    // Positions [first, end) of the window for what is seen and done now.
    const std::int64_t skipped = std::max<std::int64_t>(offset - at, 0);
    const std::int64_t first = at + skipped - offset;
    const std::int64_t count = run_end - at - skipped;
    if (count > 0) {
      std::memcpy(&batch.observations[(place + first) * observation_size],
                  history.observations.data() + (row + skipped) * observation_size, count * observation_size);
      std::memcpy(&batch.actions[place + first], targets.data() + row + skipped, count);
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
    kept_begin = kept_end;
    episodes.next();
  }
}

}  // namespace limbeck
