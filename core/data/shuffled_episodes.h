// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/rng.h"
#include "core/data/kept_episodes.h"

namespace limbeck {

/// Walks the same episodes as a KeptEpisodes, each once and whole, in an order drawn from `rng`.
class ShuffledEpisodes {
 public:
  ShuffledEpisodes(KeptEpisodes episodes, Rng rng) {
    for (; episodes.isValid(); episodes.next()) order_.emplace_back(episodes.begin(), episodes.length());
    // Fisher and Yates, from the end.
    for (std::size_t left = order_.size(); left > 1; --left) {
      std::swap(order_[left - 1], order_[rng.below(static_cast<std::uint32_t>(left))]);
    }
  }

  bool isValid() const { return at_ < order_.size(); }
  void next() { ++at_; }
  std::int64_t begin() const { return order_[at_].first; }
  std::int64_t length() const { return order_[at_].second; }

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> order_;  ///< begin and length
  std::size_t at_ = 0;
};

}  // namespace limbeck
