// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/data/episode_scan.h"

namespace limbeck {

/// Walks the kept whole episodes of one history: episodes phase, phase + keep_every, ... Begins at the first of them.
/// An unfinished last episode is none.
class KeptEpisodes {
 public:
  /// `ends`: of the whole history. `common_length`: the length of every whole episode where it is known to be the same
  /// and an unfinished one is shorter; else 0, and ends are searched.
  KeptEpisodes(std::span<const End> ends, std::int64_t common_length, int keep_every, int phase)
      : ends_(ends), common_length_(static_cast<std::size_t>(common_length)), stride_(keep_every) {
    advance(phase + 1);
  }

  /// False past the last one.
  bool isValid() const { return end_ <= ends_.size(); }
  void next() { advance(stride_); }
  /// Rows [begin, end) of the history.
  std::int64_t begin() const { return static_cast<std::int64_t>(begin_); }
  std::int64_t length() const { return static_cast<std::int64_t>(end_ - begin_); }

  /// Transitions from the present episode on. O(rows).
  std::int64_t transitionsLeft() const {
    std::int64_t total = 0;
    for (KeptEpisodes walk = *this; walk.isValid(); walk.next()) total += walk.length();
    return total;
  }

 private:
  void advance(int episodes) {
    for (int i = 0; i < episodes && isValid(); ++i) {
      begin_ = end_;
      end_ = common_length_ > 0 ? begin_ + common_length_ : nextEnd(ends_, begin_) + 1;
    }
  }

  std::span<const End> ends_;
  std::size_t common_length_;
  int stride_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace limbeck
