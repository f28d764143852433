// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTemporaryDir>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/data/shard.h"

namespace limbeck {

inline EnvironmentSpec madeSpec() {
  return {.observation_classes = {16, 32}, .action_count = 5, .horizon = 9};
}

/// A history whose every transition can be told from every other of the test: the reward is 1000 * history + row.
struct MadeHistory {
  std::vector<std::uint8_t> observations;
  std::vector<Action> actions;
  std::vector<float> rewards;
  std::vector<End> ends;
  std::vector<Action> labels;  ///< three actions on from what was done

  /// One episode per entry of `lengths`; the last one stays unfinished if `is_cut`.
  MadeHistory(int history, const std::vector<int>& lengths, bool is_cut = false) {
    for (std::size_t episode = 0; episode < lengths.size(); ++episode) {
      for (int step = 0; step < lengths[episode]; ++step) {
        const int row = static_cast<int>(actions.size());
        observations.push_back(static_cast<std::uint8_t>(episode % 16));
        observations.push_back(static_cast<std::uint8_t>((step + 3 * history) % 32));
        actions.push_back(static_cast<Action>((row + history) % 5));
        labels.push_back(static_cast<Action>((row + history + 3) % 5));
        rewards.push_back(static_cast<float>(1000 * history + row));
        const bool is_last = step + 1 == lengths[episode];
        ends.push_back(!is_last ? End::None : episode % 2 == 0 ? End::Truncated : End::Terminated);
      }
    }
    if (is_cut) ends.back() = End::None;
  }

  TransitionColumns columns() const { return {observations, actions, rewards, ends}; }
  TransitionColumns labelledColumns() const { return {observations, actions, rewards, ends, labels}; }
};

/// `directory` / `name` as the test's own folder gives it.
inline std::filesystem::path pathIn(const QTemporaryDir& folder, const std::string& name) {
  return std::filesystem::path(folder.path().toStdString()) / name;
}

inline void writeMadeShard(const std::filesystem::path& target, const std::vector<MadeHistory>& histories,
                           OracleLabels labels = OracleLabels::None) {
  ShardWriter writer(target, madeSpec(), {{"made_by", "test"}}, labels);
  for (std::size_t i = 0; i < histories.size(); ++i) {
    writer.append({static_cast<std::int32_t>(i), 7},
                  labels == OracleLabels::Stored ? histories[i].labelledColumns() : histories[i].columns());
  }
  writer.commit();
}

}  // namespace limbeck
