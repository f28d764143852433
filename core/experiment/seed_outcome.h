// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/eval/scores.h"
#include "core/experiment/policy_names.h"

namespace limbeck {

/// One policy's play on the held-out tasks.
struct PolicyEvaluation {
  std::string policy;  ///< policy_names.h
  ScoredEvaluation scored;
};

/// How long a stage took, and whether its output was there already.
struct StageTiming {
  std::string stage;  ///< "histories", "training", "evaluation"
  double seconds = 0.0;
  bool skipped = false;
};

/// What one run (one seed of an experiment) came to.
struct SeedOutcome {
  Seed seed;
  std::string run_name;  ///< "AD-14"
  std::vector<StageTiming> timings;
  std::int64_t training_tokens = 0;  ///< of this execution: 0 when training was skipped
  double training_tokens_per_second = 0.0;
  double training_step_seconds = 0.0;  ///< of the training stage in this execution, within optimiser steps
  double validation_seconds = 0.0;     ///< likewise, playing the validation tasks that choose the checkpoint
  std::int64_t parameters = 0;
  std::string backend;         ///< SequenceModel::describe()
  std::int64_t best_step = 0;  ///< the checkpoint that the validation tasks chose
  std::vector<PolicyEvaluation> policies;
};

}  // namespace limbeck
