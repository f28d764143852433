// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/env/tabular_task.h"
#include "core/kernels/kernels.h"
#include "core/source/first_layer.h"

namespace limbeck {

/// What a network sees of a task. A task has few distinct observations; they are numbered and called inputs, and the
/// first layer of a network turns them into sums. With `observes_state` an input is a state, and states that look alike
/// differ in one feature more: their number among those that do (in Key-to-Door: how far the agent has come).
class ObservationFeatures {
 public:
  ObservationFeatures(const TabularTask& task, bool observes_state);
  virtual ~ObservationFeatures() = default;
  ObservationFeatures(const ObservationFeatures&) = delete;
  ObservationFeatures& operator=(const ObservationFeatures&) = delete;

  /// [state_count]
  const std::vector<std::uint16_t>& inputOfState() const { return input_of_state_; }
  int inputCount() const { return input_count_; }

  /// `width`: that of the layer, a multiple of 16. Borrows these features and the kernels.
  virtual std::unique_ptr<FirstLayer> makeFirstLayer(const fused::Kernels& kernels, int width) const = 0;

 protected:
  /// Of how many states the largest set is that look alike, if inputs tell them apart, and 0 if there is nothing to
  /// tell.
  int twinCount() const { return twin_count_; }
  /// [state_count]: how many states before it look like it.
  const std::vector<int>& twinOfState() const { return twin_of_state_; }

 private:
  std::vector<std::uint16_t> input_of_state_;
  int input_count_;
  std::vector<int> twin_of_state_;
  int twin_count_;
};

/// Each component of the observation as one of as many features as it has classes.
class OneHotFeatures final : public ObservationFeatures {
 public:
  OneHotFeatures(const TabularTask& task, bool observes_state);

  int featureCount() const { return feature_count_; }
  /// [components]: the features of an input that are 1.
  std::span<const int> active(int input) const {
    return std::span(active_).subspan(static_cast<std::size_t>(input) * static_cast<std::size_t>(components_),
                                      static_cast<std::size_t>(components_));
  }
  int componentCount() const { return components_; }

  std::unique_ptr<FirstLayer> makeFirstLayer(const fused::Kernels& kernels, int width) const override;

 private:
  int feature_count_ = 0;
  int components_ = 0;
  std::vector<int> active_;  ///< [inputs, components]
};

}  // namespace limbeck
