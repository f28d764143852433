// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rl/policy.h"

namespace limbeck {

/// Draws every action uniformly and learns nothing: the floor under every learning curve.
class RandomPolicy : public Policy {
 public:
  explicit RandomPolicy(int action_count) : action_count_(static_cast<std::uint32_t>(action_count)) {}

  void reset(int) override {}
  void act(std::span<const std::uint8_t>, std::span<Action> actions_out, std::span<Rng> rngs) override {
    for (std::size_t stream = 0; stream < actions_out.size(); ++stream) {
      actions_out[stream] = static_cast<Action>(rngs[stream].below(action_count_));
    }
  }
  void observe(std::span<const float>, std::span<const End>) override {}

 private:
  std::uint32_t action_count_;
};

}  // namespace limbeck
