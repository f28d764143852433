// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/references.h"

#include <algorithm>

#include "core/base/check.h"

namespace limbeck {

std::vector<ReferenceReturns> taskReferences(const Environment& environment, std::span<const TaskId> tasks) {
  std::vector<ReferenceReturns> references;
  references.reserve(tasks.size());
  for (const TaskId task : tasks) references.push_back(computeReferenceReturns(environment.makeTask(task)));
  return references;
}

std::vector<ReferenceReturns> streamReferences(std::span<const ReferenceReturns> references,
                                               std::span<const TaskId> tasks, const EvaluationResult& result) {
  std::vector<ReferenceReturns> by_stream;
  by_stream.reserve(result.tasks.size());
  for (const TaskId task : result.tasks) {
    const auto place = std::ranges::find(tasks, task);
    LIMBECK_CHECK(place != tasks.end(), "a stream plays a task that was not asked for");
    by_stream.push_back(references[static_cast<std::size_t>(place - tasks.begin())]);
  }
  return by_stream;
}

CurveRecord toCurveRecord(std::string_view policy, std::string_view split, std::int64_t step,
                          const ScoredEvaluation& scored) {
  CurveRecord record{.policy = std::string(policy),
                     .split = std::string(split),
                     .step = step,
                     .streams = scored.result.streams(),
                     .episodes = scored.result.episodes,
                     .returns = scored.result.returns,
                     .task_ids = {},
                     .repeats = {},
                     .optimal_returns = {},
                     .random_returns = {},
                     .seconds = scored.result.seconds};
  for (int stream = 0; stream < record.streams; ++stream) {
    record.task_ids.push_back(static_cast<std::int64_t>(scored.result.tasks[stream]));
    record.repeats.push_back(scored.result.repeats[stream]);
    record.optimal_returns.push_back(scored.references[stream].optimal);
    record.random_returns.push_back(scored.references[stream].random);
  }
  return record;
}

}  // namespace limbeck
