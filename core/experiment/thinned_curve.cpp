// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/thinned_curve.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace limbeck {

void ThinnedCurve::add(std::int64_t step, double value) {
  const auto needsABucket = [&] { return buckets_.empty() || buckets_.back().index != (step - 1) / width_; };
  while (needsABucket() && buckets_.size() == max_points_) doubleWidth();
  if (needsABucket()) buckets_.push_back({.index = (step - 1) / width_});
  Bucket& bucket = buckets_.back();
  ++bucket.count;
  bucket.step_sum += static_cast<double>(step);
  bucket.value_sum += value;
}

void ThinnedCurve::doubleWidth() {
  width_ *= 2;
  std::vector<Bucket> merged;
  for (Bucket bucket : buckets_) {
    bucket.index /= 2;
    if (merged.empty() || merged.back().index != bucket.index) {
      merged.push_back(bucket);
      continue;
    }
    merged.back().count += bucket.count;
    merged.back().step_sum += bucket.step_sum;
    merged.back().value_sum += bucket.value_sum;
  }
  buckets_ = std::move(merged);
}

std::vector<double> ThinnedCurve::steps() const {
  std::vector<double> steps;
  std::ranges::transform(buckets_, std::back_inserter(steps),
                         [](const Bucket& bucket) { return bucket.step_sum / static_cast<double>(bucket.count); });
  return steps;
}

std::vector<double> ThinnedCurve::values() const {
  std::vector<double> values;
  std::ranges::transform(buckets_, std::back_inserter(values),
                         [](const Bucket& bucket) { return bucket.value_sum / static_cast<double>(bucket.count); });
  return values;
}

}  // namespace limbeck
