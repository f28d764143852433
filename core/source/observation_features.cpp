// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/observation_features.h"

#include <algorithm>
#include <cmath>

#include "core/source/action_values.h"
#include "core/source/layer_parts.h"

namespace limbeck {
namespace {

/// Of each state: how many states before it look like it.
std::vector<int> numbersAmongTwins(const TabularTask& task) {
  const std::vector<std::uint16_t> looks = rowsOfStates(task, false);
  std::vector<int> seen(looks.size(), 0);
  std::vector<int> numbers;
  for (const std::uint16_t look : looks) numbers.push_back(seen[look]++);
  return numbers;
}

/// A sum of rows of the weight, one for each feature that is 1. Parameters: weight [features, width], bias [width].
class OneHotLayer final : public FirstLayer {
 public:
  OneHotLayer(const OneHotFeatures& features, const fused::Kernels& kernels, int width)
      : features_(features), kernels_(kernels), width_(width) {}

  std::int64_t parameterCount() const override { return bias() + width_; }
  void initialise(int units, Rng& rng, float* parameters) const override {
    // The sum of the squares of an input's features is the number of its components.
    drawWeights(features_.featureCount(), units, width_, std::sqrt(6.0 / features_.componentCount()), rng, parameters);
  }
  void repack(const float*) override {}

  void forward(std::span<const int> inputs, const float* parameters, float* sums) override {
    for (const int input : inputs) {
      std::copy_n(parameters + bias(), width_, sums);
      for (const int feature : features_.active(input)) {
        kernels_.addScaled(width_, 1.0F, parameters + place(feature), sums);
      }
      sums += width_;
    }
  }

  void backward(std::span<const int> inputs, const float*, const float* of_sums, float* gradient) override {
    kernels_.columnSumsAdd(static_cast<int>(inputs.size()), width_, of_sums, width_, gradient + bias());
    for (const int input : inputs) {
      for (const int feature : features_.active(input)) {
        kernels_.addScaled(width_, 1.0F, of_sums, gradient + place(feature));
      }
      of_sums += width_;
    }
  }

 private:
  std::int64_t place(int feature) const { return std::int64_t{feature} * width_; }
  std::int64_t bias() const { return place(features_.featureCount()); }

  const OneHotFeatures& features_;
  const fused::Kernels& kernels_;
  int width_;
};

}  // namespace

ObservationFeatures::ObservationFeatures(const TabularTask& task, bool observes_state)
    : input_of_state_(rowsOfStates(task, observes_state)),
      input_count_(*std::ranges::max_element(input_of_state_) + 1),
      twin_of_state_(numbersAmongTwins(task)),
      twin_count_(*std::ranges::max_element(twin_of_state_) + 1) {
  if (!observes_state || twin_count_ == 1) twin_count_ = 0;
}

OneHotFeatures::OneHotFeatures(const TabularTask& task, bool observes_state)
    : ObservationFeatures(task, observes_state), components_(task.spec.observationSize()) {
  std::vector<int> first_feature;
  for (const int classes : task.spec.observation_classes) {
    first_feature.push_back(feature_count_);
    feature_count_ += classes;
  }
  const int first_twin_feature = feature_count_;
  const int observed = components_;
  if (twinCount() > 0) {
    feature_count_ += twinCount();
    ++components_;
  }
  active_.resize(static_cast<std::size_t>(inputCount()) * static_cast<std::size_t>(components_));
  for (int state = 0; state < task.state_count; ++state) {
    int* const features = &active_[static_cast<std::size_t>(inputOfState()[state]) * components_];
    for (int i = 0; i < observed; ++i) features[i] = first_feature[i] + task.observation[state * observed + i];
    if (twinCount() > 0) features[observed] = first_twin_feature + twinOfState()[state];
  }
}

std::unique_ptr<FirstLayer> OneHotFeatures::makeFirstLayer(const fused::Kernels& kernels, int width) const {
  return std::make_unique<OneHotLayer>(*this, kernels, width);
}

}  // namespace limbeck
