// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace limbeck {

/// Estimates how long work still takes from its rate over the last while, so that it follows a change of speed. It has
/// no clock of its own: `at_seconds` is the time at work so far, which leaves pauses out.
class Eta {
 public:
  /// Takes note of the progress. A count that falls or a new `total` begins afresh: another part of the work.
  void update(double at_seconds, std::int64_t done, std::int64_t total);

  /// Nothing while there is no total, no movement, or less than half a second to judge by.
  std::optional<double> remainingSeconds(double at_seconds) const;

 private:
  struct Sample {
    double at_seconds = 0.0;
    std::int64_t done = 0;
  };

  std::deque<Sample> samples_;  ///< oldest first; the last one is always the newest progress
  std::int64_t total_ = 0;
};

}  // namespace limbeck
