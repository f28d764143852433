// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/work_control.h"

namespace limbeck {

/// What a learner has to tell of its way: the returns of the episodes that its streams finished since the last telling.
class LearningTally {
 public:
  /// `episodes` of a history.
  explicit LearningTally(int episodes)
      : return_sums_(static_cast<std::size_t>(episodes), 0.0), counts_(static_cast<std::size_t>(episodes), 0) {}

  void addEpisode(int episode, double episode_return, int steps) {
    return_sums_[static_cast<std::size_t>(episode)] += episode_return;
    ++counts_[static_cast<std::size_t>(episode)];
    ++episodes_;
    transitions_ += steps;
    first_ = std::min(first_, episode);
    last_ = std::max(last_, episode);
  }

  /// Takes over all that `other` holds, which is empty then. Looks only at the episodes that it tells of.
  void take(LearningTally& other) {
    for (int episode = other.first_; episode <= other.last_; ++episode) {
      const auto place = static_cast<std::size_t>(episode);
      return_sums_[place] += std::exchange(other.return_sums_[place], 0.0);
      counts_[place] += std::exchange(other.counts_[place], 0);
    }
    episodes_ += std::exchange(other.episodes_, 0);
    transitions_ += std::exchange(other.transitions_, 0);
    first_ = std::min(first_, std::exchange(other.first_, kNone));
    last_ = std::max(last_, std::exchange(other.last_, -1));
  }

  std::int64_t episodes() const { return episodes_; }
  std::int64_t transitions() const { return transitions_; }

  /// By episode of a history, as far as some stream has come.
  std::vector<double> meanReturns() const {
    std::vector<double> means;
    for (std::size_t episode = 0; episode < counts_.size() && counts_[episode] > 0; ++episode) {
      means.push_back(return_sums_[episode] / static_cast<double>(counts_[episode]));
    }
    return means;
  }

 private:
  std::vector<double> return_sums_;   ///< [episodes]
  std::vector<std::int64_t> counts_;  ///< [episodes]
  static constexpr int kNone = std::numeric_limits<int>::max();
  std::int64_t episodes_ = 0;
  std::int64_t transitions_ = 0;
  int first_ = kNone;  ///< the episodes in between may have something to tell
  int last_ = -1;
};

/// Whoever waits for a learner that takes long. Such a learner calls `look` many times a second.
class LearningWatch {
 public:
  virtual ~LearningWatch() = default;
  /// May take what is in `news`. May throw, Cancelled for one, which ends the learning half-way.
  virtual void look(LearningTally& news) = 0;
};

/// Hears of pausing and stopping, and nothing else.
class ObedientWatch final : public LearningWatch {
 public:
  explicit ObedientWatch(WorkControl& control) : control_(control) {}
  void look(LearningTally&) override {
    control_.pauseIfAsked();
    if (control_.stopRequested()) throw Cancelled();
  }

 private:
  WorkControl& control_;
};

}  // namespace limbeck
