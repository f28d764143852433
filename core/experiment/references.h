// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/env/reference_returns.h"
#include "core/eval/scores.h"
#include "core/store/run_record.h"

namespace limbeck {

/// Exact optimal and random returns of each task, [tasks].
std::vector<ReferenceReturns> taskReferences(const Environment& environment, std::span<const TaskId> tasks);

/// The same for each stream of an evaluation of those tasks, [streams].
std::vector<ReferenceReturns> streamReferences(std::span<const ReferenceReturns> references,
                                               std::span<const TaskId> tasks, const EvaluationResult& result);

/// As the run store keeps it.
CurveRecord toCurveRecord(std::string_view policy, std::string_view split, std::int64_t step,
                          const ScoredEvaluation& scored);

}  // namespace limbeck
