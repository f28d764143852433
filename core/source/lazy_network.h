// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "core/source/mlp.h"

namespace limbeck {

/// A network that sees each input at most once between two updates, however often the input occurs: a hundred actors
/// take two thousand steps in a room of 81 cells, and the loss's gradient is a sum over steps, so its parts with the
/// same input can be added up before they go through the network. Rows are numbered in the order in which inputs were
/// first wanted.
class LazyNetwork {
 public:
  /// `features` must outlive it. `most_steps`: no more inputs are wanted between two updates, each counted as often as
  /// it occurs.
  LazyNetwork(const ObservationFeatures& features, const MlpShape& shape, const Rng& rng, std::int64_t most_steps)
      : mlp_(features, shape, rng),
        rows_(shape, static_cast<int>(std::min<std::int64_t>(features.inputCount(), most_steps))),
        row_of_input_(static_cast<std::size_t>(features.inputCount()), kUnknown) {
    inputs_.reserve(static_cast<std::size_t>(rows_.capacity()));
  }

  void want(int input) {
    int& row = row_of_input_[static_cast<std::size_t>(input)];
    if (row != kUnknown) return;
    row = static_cast<int>(inputs_.size());
    inputs_.push_back(input);
  }

  /// Evaluates what was wanted since the last time. Rows from the returned one on are new.
  int evaluate() {
    const int first = evaluated_;
    evaluated_ = static_cast<int>(inputs_.size());
    if (evaluated_ > first) mlp_.forward(std::span(inputs_).subspan(static_cast<std::size_t>(first)), rows_, first);
    return first;
  }

  int rowCount() const { return evaluated_; }
  int capacity() const { return rows_.capacity(); }
  int rowOf(int input) const { return row_of_input_[static_cast<std::size_t>(input)]; }
  const float* outputs(int row) const { return rows_.outputs(row); }
  float* outputGradients(int row) { return rows_.outputGradients(row); }

  /// One optimiser step along the output gradients; then all is forgotten.
  void learn(const AdamSettings& settings) {
    mlp_.backward(inputs_, rows_);
    mlp_.step(settings);
    forget();
  }

  void copyParameters(const LazyNetwork& other) {
    mlp_.copyParameters(other.mlp_);
    forget();
  }

 private:
  static constexpr int kUnknown = -1;

  void forget() {
    std::fill_n(rows_.outputGradients(0), static_cast<std::int64_t>(evaluated_) * rows_.outputStride(), 0.0F);
    for (const int input : inputs_) row_of_input_[static_cast<std::size_t>(input)] = kUnknown;
    inputs_.clear();
    evaluated_ = 0;
  }

  Mlp mlp_;
  MlpRows rows_;
  std::vector<int> row_of_input_;  ///< [inputs]
  std::vector<int> inputs_;        ///< [rows]
  int evaluated_ = 0;
};

}  // namespace limbeck
