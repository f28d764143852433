// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/rng.h"
#include "core/env/environment.h"
#include "core/env/table_stepper.h"

namespace limbeck {

/// What a lockstep step writes; all spans belong to the caller. [streams] unless said otherwise.
struct StepColumns {
  std::span<float> rewards;
  std::span<End> ends;
  /// [streams, observationSize()]: what the transition led to; at an end, the episode's last observation.
  std::span<std::uint8_t> arrived;
  /// [streams, observationSize()]: what to act on next; at an end, the first observation of the next episode.
  std::span<std::uint8_t> observations;
};

/// Many tasks of one environment in lockstep. An episode that ends is reset within the same step, and its last
/// transition stays apart from the next episode's first observation (`arrived` against `observations`). Not
/// thread-safe.
class VectorEnvironment {
 public:
  /// One stream per entry of `tasks`; the same task may stand there many times. Stream i draws its starts from
  /// `rng.split("stream", i)` only.
  VectorEnvironment(const Environment& environment, std::span<const TaskId> tasks, const Rng& rng);

  int streams() const { return static_cast<int>(steppers_.size()); }
  const EnvironmentSpec& spec() const { return spec_; }

  /// Starts a new episode in every stream. `observations`: [streams, observationSize()].
  void reset(std::span<std::uint8_t> observations);
  /// `actions`: [streams], each below action_count.
  void step(std::span<const Action> actions, const StepColumns& out);

 private:
  void writeObservation(std::size_t stream, std::uint8_t* out) const;

  EnvironmentSpec spec_;
  std::vector<std::shared_ptr<const TabularTask>> tasks_;  ///< shared by the streams that play the same task
  std::vector<TableStepper> steppers_;
  std::vector<Rng> rngs_;
};

}  // namespace limbeck
