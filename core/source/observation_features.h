// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/env/tabular_task.h"
#include "core/kernels/kernels.h"

namespace limbeck {

/// What a network sees of a task. A task has few distinct observations; they are numbered and called inputs, and a
/// network's first layer is whatever turns an input into sums: rows of a weight for categories, a product for pixels.
class ObservationFeatures {
 public:
  virtual ~ObservationFeatures() = default;

  virtual int inputCount() const = 0;
  /// Features of an input: rows of the first layer's weight.
  virtual int featureCount() const = 0;
  /// The sum of the squares of an input's features, on the average: initial weights are scaled by it.
  virtual double meanSquare() const = 0;

  /// out += features of `inputs` · weight. weight: [featureCount(), width], out: [inputs, width]; width: a multiple
  /// of 16.
  virtual void addProduct(const fused::Kernels& kernels, std::span<const int> inputs, const float* weight, int width,
                          float* out) const = 0;
  /// gradient += (features of `inputs`)ᵀ · out_gradient, the way back.
  virtual void addGradient(const fused::Kernels& kernels, std::span<const int> inputs, const float* out_gradient,
                           int width, float* gradient) const = 0;
};

/// Each component of the observation as one of as many features as it has classes. With `observes_state` an input is a
/// state, and states that look alike differ in one component more: their number among those that do (in Key-to-Door:
/// how far the agent has come).
class OneHotFeatures final : public ObservationFeatures {
 public:
  OneHotFeatures(const TabularTask& task, bool observes_state);

  /// [state_count]
  const std::vector<std::uint16_t>& inputOfState() const { return input_of_state_; }

  int inputCount() const override { return input_count_; }
  int featureCount() const override { return feature_count_; }
  double meanSquare() const override { return components_; }
  void addProduct(const fused::Kernels& kernels, std::span<const int> inputs, const float* weight, int width,
                  float* out) const override;
  void addGradient(const fused::Kernels& kernels, std::span<const int> inputs, const float* out_gradient, int width,
                   float* gradient) const override;

 private:
  std::span<const int> active(int input) const {
    return std::span(active_).subspan(static_cast<std::size_t>(input) * components_, components_);
  }

  std::vector<std::uint16_t> input_of_state_;
  int input_count_ = 0;
  int feature_count_ = 0;
  int components_ = 0;
  std::vector<int> active_;  ///< [inputs, components]: the features that are 1
};

}  // namespace limbeck
