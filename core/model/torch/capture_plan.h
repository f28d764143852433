// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace limbeck::torch_backend {

/// Decides for each step whether its operations run one by one, are recorded, or are replayed from the recording. The
/// first steps of a shape run one by one: libraries set themselves up in them, which a recording does not survive.
/// Knows nothing of CUDA, so that it can be tested without.
template <typename Shape>
class CapturePlan {
 public:
  enum class Action { Direct, Record, Replay };
  static constexpr int kDirectSteps = 3;

  Action next(const Shape& shape) {
    if (shape_ != shape) {
      shape_ = shape;
      seen_ = 0;
    }
    if (has_given_up_ || ++seen_ <= kDirectSteps) return Action::Direct;
    return seen_ == kDirectSteps + 1 ? Action::Record : Action::Replay;
  }

  /// A recording failed: no other is tried.
  void giveUp() { has_given_up_ = true; }

 private:
  std::optional<Shape> shape_;  ///< of the latest step
  int seen_ = 0;                ///< steps of that shape in a row
  bool has_given_up_ = false;
};

}  // namespace limbeck::torch_backend
