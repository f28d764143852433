// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/source_baseline.h"

#include "core/base/error.h"
#include "core/experiment/rollout_files.h"

namespace limbeck {

EvaluationResult evaluateSource(const Environment& environment, std::span<const TaskId> tasks,
                                const SourceOptions& source, int repeats, const Rng& rng, WorkControl& control) {
  const std::unique_ptr<SourceAlgorithm> algorithm = makeSourceAlgorithm(source);
  EvaluationResult result;
  result.episodes = source.episodes;
  HistoryBuffer buffer;
  for (const TaskId task : tasks) {
    const TabularTask table = environment.makeTask(task);
    const Rng task_rng = rng.split("task", static_cast<std::uint64_t>(task));
    for (int repeat = 0; repeat < repeats; ++repeat) {
      control.pauseIfAsked();
      if (control.stopRequested()) throw Cancelled();
      buffer.clear();
      algorithm->learn(table, task_rng.split("repeat", static_cast<std::uint64_t>(repeat)), buffer);
      appendEpisodeReturns(buffer.columns(), result.returns, result.lengths);
      result.environment_steps += buffer.columns().rows();
      result.tasks.push_back(task);
      result.repeats.push_back(repeat);
      result.rollouts.push_back({.task = task,
                                 .repeat = repeat,
                                 .observations = buffer.observations,
                                 .actions = buffer.actions,
                                 .rewards = buffer.rewards,
                                 .ends = buffer.ends});
    }
  }
  return result;
}

}  // namespace limbeck
