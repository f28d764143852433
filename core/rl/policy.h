// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/base/rng.h"
#include "core/rl/environment_spec.h"

namespace limbeck {

/// Something that acts in `streams` parallel streams of experience and may learn from what it sees (in its weights, its
/// table, or its context). Not thread-safe: one policy per evaluator.
class Policy {
 public:
  virtual ~Policy() = default;

  /// Forgets all that was seen and prepares for `streams` streams.
  virtual void reset(int streams) = 0;

  /// Chooses one action for every stream, given all that the streams have seen since `reset()`.
  /// `observations`: [streams, observationSize()], row-major. `actions_out`: [streams]. `rngs`: [streams], one
  /// generator a stream, so that a stream's choices do not depend on its neighbours. Throws Error(DeviceFailure) when
  /// the backend gives up.
  virtual void act(std::span<const std::uint8_t> observations, std::span<Action> actions_out, std::span<Rng> rngs) = 0;

  /// What the last actions led to. `rewards`, `ends`: [streams].
  virtual void observe(std::span<const float> rewards, std::span<const End> ends) = 0;
};

}  // namespace limbeck
