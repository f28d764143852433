// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace limbeck {

/// A curve of any length in few points: means over buckets of steps of equal width, which doubles whenever the points
/// become too many. Buckets begin at multiples of their width, so the points depend on the values alone and not on when
/// they came.
class ThinnedCurve {
 public:
  explicit ThinnedCurve(std::size_t max_points) : max_points_(max_points) {}

  /// Steps are at least 1 and rise.
  void add(std::int64_t step, double value);

  std::vector<double> steps() const;   ///< [points], the mean step of each bucket
  std::vector<double> values() const;  ///< [points]

 private:
  struct Bucket {
    std::int64_t index = 0;  ///< holds the steps from index * width_ + 1 to (index + 1) * width_
    std::int64_t count = 0;
    double step_sum = 0.0;
    double value_sum = 0.0;
  };
  void doubleWidth();

  std::size_t max_points_;
  std::int64_t width_ = 1;
  std::vector<Bucket> buckets_;
};

}  // namespace limbeck
