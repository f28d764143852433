// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/work_control.h"
#include "core/env/environment.h"
#include "core/env/vector_environment.h"
#include "core/rl/policy.h"

namespace limbeck {

struct EvaluationOptions {
  int episodes = 100;  ///< episodes a stream
  int repeats = 1;     ///< streams a task, each with its own random stream
  bool keep_rollouts = true;
};

/// All that one stream saw and did, whole.
struct Rollout {
  TaskId task{};
  int repeat = 0;
  std::vector<std::uint8_t> observations;  ///< [steps, observation_size]
  std::vector<Action> actions;             ///< [steps]
  std::vector<float> rewards;              ///< [steps]
  std::vector<End> ends;                   ///< [steps]
};

/// Return per in-context episode of every stream.
struct EvaluationResult {
  std::vector<TaskId> tasks;  ///< [streams]
  std::vector<int> repeats;   ///< [streams]
  int episodes = 0;
  std::vector<float> returns;         ///< [streams, episodes], undiscounted
  std::vector<std::int32_t> lengths;  ///< [streams, episodes], steps
  std::vector<Rollout> rollouts;      ///< [streams] when kept
  double seconds = 0.0;
  std::int64_t environment_steps = 0;

  int streams() const { return static_cast<int>(tasks.size()); }
  float returnAt(int stream, int episode) const {
    return returns[static_cast<std::size_t>(stream) * episodes + episode];
  }
};

/// Sees an evaluation while it goes on: the result so far, in which the first `episodes_done` returns of every stream
/// stand, and the rollouts up to the present step. What it sees is gone when it returns.
using EvaluationObserver = std::function<void(const EvaluationResult& so_far, int episodes_done)>;

/// Plays `tasks` x repeats in one lockstep batch with `policy` from an empty context (policy.reset), until every stream
/// has its episodes; a stream that is done earlier (early ends) is no longer recorded. Stream i acts from
/// rng.split("policy", i) and its environment from rng.split("environment"), so that policies compared under one rng
/// meet the same starts. Throws Cancelled when stopped: nothing is kept. `observer`, which may be
/// empty, is called at most five times a second and changes nothing.
EvaluationResult evaluateInContext(const Environment& environment, std::span<const TaskId> tasks, Policy& policy,
                                   const EvaluationOptions& options, const Rng& rng, WorkControl& control,
                                   const EvaluationObserver& observer = {});

}  // namespace limbeck
