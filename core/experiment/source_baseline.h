// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/env/environment.h"
#include "core/eval/in_context_evaluator.h"
#include "core/source/source_algorithm.h"

namespace limbeck {

/// The baseline that Algorithm Distillation is measured against: the source algorithm learns each task from scratch,
/// its whole history long (`source.episodes`), `repeats` times. Of a learner with many actors every actor's stream
/// counts as a repeat, as every one of them is a history in the data: `repeats` of them are kept, from as many learners
/// as it takes. They are what one actor sees, so their budget is counted in episodes of one actor; the learner itself
/// had the experience of all, which `environment_steps` counts. Rollouts are kept. Deterministic in `rng`.
EvaluationResult evaluateSource(const Environment& environment, std::span<const TaskId> tasks,
                                const SourceOptions& source, int repeats, const Rng& rng, WorkControl& control);

}  // namespace limbeck
