// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/meta/advantages.h"

#include <fmt/format.h>

#include <cstddef>

#include "core/base/check.h"

namespace limbeck {

void estimateAdvantages(const UnrollColumns& unroll, const AdvantageOptions& options, std::span<float> advantages,
                        std::span<float> returns) {
  const std::size_t streams = unroll.last_values.size();
  const std::size_t places = unroll.rewards.size();
  LIMBECK_CHECK(streams > 0 && places % streams == 0 && unroll.values.size() == places &&
                    unroll.cuts.size() == places && advantages.size() == places && returns.size() == places,
                fmt::format("{} rewards, {} values and {} cuts of {} streams", places, unroll.values.size(),
                            unroll.cuts.size(), streams));
  const auto discount = static_cast<float>(options.discount);
  const auto decay = static_cast<float>(options.discount * options.lambda);
  // From the last step backwards: A(t) = r(t) + discount V(t + 1) - V(t) + discount lambda A(t + 1).
  for (std::size_t left = places; left > 0; left -= streams) {
    const std::size_t row = left - streams;
    const bool is_last = left == places;
    for (std::size_t stream = 0; stream < streams; ++stream) {
      const std::size_t at = row + stream;
      const float next_value = is_last ? unroll.last_values[stream] : unroll.values[at + streams];
      const float next_advantage = is_last ? 0.0F : advantages[at + streams];
      const float goes_on = unroll.cuts[at] == 0 ? 1.0F : 0.0F;
      advantages[at] =
          unroll.rewards[at] - unroll.values[at] + goes_on * (discount * next_value + decay * next_advantage);
      returns[at] = advantages[at] + unroll.values[at];
    }
  }
}

}  // namespace limbeck
