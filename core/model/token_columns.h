// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace limbeck {

/// One more moment of every stream, [streams] unless said otherwise; see ContextBatch for the meaning.
struct TokenColumns {
  std::span<const std::uint8_t> observations;  ///< [streams, observation_size]
  std::span<const std::uint8_t> previous_actions;
  std::span<const float> previous_rewards;
  std::span<const std::uint8_t> previous_ends;
};

}  // namespace limbeck
