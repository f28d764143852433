// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/possible_states.h"

#include <algorithm>

namespace limbeck {

PossibleStates::PossibleStates(const TabularTask& task, std::span<const std::uint8_t> observation) : task_(task) {
  std::ranges::copy_if(task.start_states, std::back_inserter(states_),
                       [&](int state) { return std::ranges::equal(observationOf(state), observation); });
}

std::span<const std::uint8_t> PossibleStates::observationOf(int state) const {
  const auto size = static_cast<std::size_t>(task_.spec.observationSize());
  return std::span(task_.observation).subspan(static_cast<std::size_t>(state) * size, size);
}

bool PossibleStates::explains(std::size_t entry, float reward, End end, std::span<const std::uint8_t> next) const {
  const int state = task_.next_state[entry];
  const float paid = task_.reward[entry];
  const bool is_payable = !task_.pays_by_chance ? reward == paid
                          : reward == 1.0F      ? paid > 0.0F
                                                : reward == 0.0F && paid < 1.0F;
  const bool is_terminal = task_.terminal[static_cast<std::size_t>(state)] != 0;
  return is_payable && is_terminal == (end == End::Terminated) &&
         (next.empty() || std::ranges::equal(observationOf(state), next));
}

void PossibleStates::step(Action action, float reward, End end, std::span<const std::uint8_t> next) {
  const auto actions = static_cast<std::size_t>(task_.spec.action_count);
  next_states_.clear();
  for (const std::uint16_t state : states_) {
    const float slip = task_.slip.empty() ? 0.0F : task_.slip[state];
    for (std::size_t done = 0; done < actions; ++done) {
      const bool is_possible = done == action || slip > 0.0F;  // a slip may do what was chosen
      const std::size_t entry = state * actions + done;
      if (is_possible && explains(entry, reward, end, next)) next_states_.push_back(task_.next_state[entry]);
    }
  }
  std::ranges::sort(next_states_);
  const auto repeated = std::ranges::unique(next_states_);
  next_states_.erase(repeated.begin(), repeated.end());
  states_.swap(next_states_);
}

std::span<const std::uint8_t> PossibleStates::observation() const {
  if (states_.empty()) return {};
  const auto seen = observationOf(states_.front());
  const bool is_one =
      std::ranges::all_of(states_, [&](int state) { return std::ranges::equal(observationOf(state), seen); });
  return is_one ? seen : std::span<const std::uint8_t>{};
}

}  // namespace limbeck
