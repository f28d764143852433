// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/data/shard.h"

namespace limbeck {

/// Transitions that own their memory.
struct OwnedTransitions {
  std::vector<std::uint8_t> observations;  ///< [rows, observation_size]
  std::vector<Action> actions;             ///< [rows]
  std::vector<float> rewards;              ///< [rows]
  std::vector<End> ends;                   ///< [rows]
};

/// One stream of experience (a learning history or a rollout) with the places where its episodes begin, so that any
/// step of any episode is found at once. Row r holds the observation on which action r was taken, and what it paid.
/// Immutable and thread-safe; shared between those that show it.
class RecordedStream {
 public:
  /// Stream `history` of a mapped shard, which stays mapped as long as this lives.
  static std::shared_ptr<const RecordedStream> fromShard(std::shared_ptr<const Shard> shard, int history);
  static std::shared_ptr<const RecordedStream> fromColumns(EnvironmentSpec spec, HistoryLabel label,
                                                           OwnedTransitions columns);

  const EnvironmentSpec& spec() const { return spec_; }
  const HistoryLabel& label() const { return label_; }
  const TransitionColumns& columns() const { return columns_; }

  /// Episodes, an unfinished last one included; 0 only for an empty stream.
  int episodes() const { return static_cast<int>(returns_.size()); }
  /// The row of an episode's first step; `begin(episodes())` is the number of rows.
  std::int64_t begin(int episode) const { return begins_[static_cast<std::size_t>(episode)]; }
  /// Steps of an episode.
  int length(int episode) const { return static_cast<int>(begin(episode + 1) - begin(episode)); }
  /// Sum of its rewards.
  float returnOf(int episode) const { return returns_[static_cast<std::size_t>(episode)]; }
  /// The episode that a row belongs to.
  int episodeAt(std::int64_t row) const;

 private:
  RecordedStream() = default;
  void index();

  EnvironmentSpec spec_;
  HistoryLabel label_;
  std::shared_ptr<const Shard> shard_;  // shared by its streams; keeps the mapping alive
  OwnedTransitions owned_;
  TransitionColumns columns_;
  std::vector<std::int64_t> begins_;  ///< [episodes + 1]
  std::vector<float> returns_;        ///< [episodes]
};

}  // namespace limbeck
