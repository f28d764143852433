// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/source_baseline.h"

#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/experiment/rollout_files.h"

namespace limbeck {
namespace {

/// One task's part of the result.
class TaskBaseline {
 public:
  TaskBaseline(const Environment& environment, TaskId task, EvaluationResult& result)
      : task_(task), table_(environment.makeTask(task)), result_(result) {}

  /// Repeats `first`, `first + 1`, ... as far as they are below `repeats`, from one call of the algorithm.
  void play(const SourceAlgorithm& algorithm, int first, int count, int repeats, const Rng& rng, WorkControl& control) {
    std::vector<Rng> streams;
    for (int i = 0; i < count; ++i) streams.push_back(rng.split("repeat", static_cast<std::uint64_t>(first + i)));
    std::vector<HistoryBuffer> buffers(static_cast<std::size_t>(count));
    ObedientWatch watch(control);
    algorithm.learnEach(table_, streams, buffers, &watch);
    for (int i = 0; i < count; ++i) {
      HistoryBuffer& buffer = buffers[static_cast<std::size_t>(i)];
      result_.environment_steps += buffer.columns().rows();
      if (first + i < repeats) keep(first + i, buffer);
    }
  }

 private:
  void keep(int repeat, HistoryBuffer& buffer) {
    appendEpisodeReturns(buffer.columns(), result_.returns, result_.lengths);
    result_.tasks.push_back(task_);
    result_.repeats.push_back(repeat);
    result_.rollouts.push_back({.task = task_,
                                .repeat = repeat,
                                .observations = std::move(buffer.observations),
                                .actions = std::move(buffer.actions),
                                .rewards = std::move(buffer.rewards),
                                .ends = std::move(buffer.ends)});
  }

  TaskId task_;
  TabularTask table_;
  EvaluationResult& result_;
};

}  // namespace

EvaluationResult evaluateSource(const Environment& environment, std::span<const TaskId> tasks,
                                const SourceOptions& source, int repeats, const Rng& rng, WorkControl& control) {
  const std::unique_ptr<SourceAlgorithm> algorithm = makeSourceAlgorithm(source);
  const int together = algorithm->learnsJointly() ? algorithm->historiesTogether() : 1;
  EvaluationResult result;
  result.episodes = source.episodes;
  for (const TaskId task : tasks) {
    TaskBaseline baseline(environment, task, result);
    const Rng task_rng = rng.split("task", static_cast<std::uint64_t>(task));
    for (int repeat = 0; repeat < repeats; repeat += together) {
      control.pauseIfAsked();
      if (control.stopRequested()) throw Cancelled();
      baseline.play(*algorithm, repeat, together, repeats, task_rng, control);
    }
  }
  return result;
}

}  // namespace limbeck
