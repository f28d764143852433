// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/eta.h"

#include <algorithm>

namespace limbeck {
namespace {

constexpr double kWindowSeconds = 20.0;
constexpr double kSampleSeconds = 0.25;  // samples nearer than this are merged, so that a fast reporter costs nothing
constexpr double kLeastSpanSeconds = 0.5;

}  // namespace

void Eta::update(double at_seconds, std::int64_t done, std::int64_t total) {
  if (total != total_ || (!samples_.empty() && done < samples_.back().done)) samples_.clear();
  total_ = total;
  // The newest sample moves along until it is far enough from the one before it.
  const std::size_t count = samples_.size();
  if (count >= 2 && samples_[count - 1].at_seconds - samples_[count - 2].at_seconds < kSampleSeconds)
    samples_.pop_back();
  samples_.push_back({at_seconds, done});
  while (samples_.size() > 2 && samples_[1].at_seconds <= at_seconds - kWindowSeconds) samples_.pop_front();
}

std::optional<double> Eta::remainingSeconds(double at_seconds) const {
  if (total_ <= 0 || samples_.empty()) return std::nullopt;
  const Sample& oldest = samples_.front();
  const Sample& newest = samples_.back();
  if (newest.done >= total_) return 0.0;
  const double span = newest.at_seconds - oldest.at_seconds;
  if (span < kLeastSpanSeconds || newest.done <= oldest.done) return std::nullopt;
  const double rate = static_cast<double>(newest.done - oldest.done) / span;
  const double since_newest = at_seconds - newest.at_seconds;
  return std::max(0.0, static_cast<double>(total_ - newest.done) / rate - since_newest);
}

}  // namespace limbeck
