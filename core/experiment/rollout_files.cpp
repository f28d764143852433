// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/rollout_files.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace limbeck {

void writeRollouts(const std::filesystem::path& directory, const EnvironmentSpec& spec, const EvaluationResult& result,
                   const nlohmann::json& provenance) {
  ShardWriter writer(directory, spec, provenance);
  for (const Rollout& rollout : result.rollouts) {
    const HistoryLabel label{.task = static_cast<std::int32_t>(rollout.task),
                             .seed = static_cast<std::uint64_t>(rollout.repeat)};
    writer.append(label, {.observations = rollout.observations,
                          .actions = rollout.actions,
                          .rewards = rollout.rewards,
                          .ends = rollout.ends});
  }
  writer.commit();
}

void appendEpisodeReturns(const TransitionColumns& stream, std::vector<float>& returns,
                          std::vector<std::int32_t>& lengths) {
  double sum = 0.0;
  std::int32_t steps = 0;
  for (std::int64_t row = 0; row < stream.rows(); ++row) {
    sum += stream.rewards[row];
    ++steps;
    if (stream.ends[row] == End::None) continue;
    returns.push_back(static_cast<float>(sum));
    lengths.push_back(steps);
    sum = 0.0;
    steps = 0;
  }
}

EvaluationResult readRollouts(const std::filesystem::path& directory, int episodes) {
  const Shard shard(directory);
  EvaluationResult result;
  result.episodes = episodes;
  for (int stream = 0; stream < shard.histories(); ++stream) {
    const TransitionColumns columns = shard.columns(stream);
    const HistoryLabel& label = shard.label(stream);
    appendEpisodeReturns(columns, result.returns, result.lengths);
    const std::size_t expected = static_cast<std::size_t>(stream + 1) * static_cast<std::size_t>(episodes);
    if (result.returns.size() != expected) {
      throw Error(
          ErrorCode::Corrupt,
          fmt::format("{}: stream {} holds {} episodes but {} were evaluated; remove the folder and evaluate again",
                      directory.string(), stream, result.returns.size() + static_cast<std::size_t>(episodes) - expected,
                      episodes));
    }
    result.tasks.push_back(TaskId{label.task});
    result.repeats.push_back(static_cast<int>(label.seed));
    result.environment_steps += columns.rows();
  }
  return result;
}

}  // namespace limbeck
