// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/observation_features.h"

#include <algorithm>

#include "core/source/action_values.h"

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

}  // namespace

OneHotFeatures::OneHotFeatures(const TabularTask& task, bool observes_state)
    : input_of_state_(rowsOfStates(task, observes_state)),
      input_count_(*std::ranges::max_element(input_of_state_) + 1),
      components_(task.spec.observationSize()) {
  std::vector<int> first_feature;
  for (const int classes : task.spec.observation_classes) {
    first_feature.push_back(feature_count_);
    feature_count_ += classes;
  }
  const std::vector<int> twins = numbersAmongTwins(task);
  const int most_twins = *std::ranges::max_element(twins) + 1;
  const bool shows_twin = observes_state && most_twins > 1;
  const int first_twin_feature = feature_count_;
  const int observed = components_;
  if (shows_twin) {
    feature_count_ += most_twins;
    ++components_;
  }
  active_.resize(static_cast<std::size_t>(input_count_) * components_);
  for (int state = 0; state < task.state_count; ++state) {
    int* const features = &active_[static_cast<std::size_t>(input_of_state_[state]) * components_];
    for (int i = 0; i < observed; ++i) features[i] = first_feature[i] + task.observation[state * observed + i];
    if (shows_twin) features[observed] = first_twin_feature + twins[state];
  }
}

void OneHotFeatures::addProduct(const fused::Kernels& kernels, std::span<const int> inputs, const float* weight,
                                int width, float* out) const {
  for (const int input : inputs) {
    for (const int feature : active(input)) {
      kernels.addScaled(width, 1.0F, weight + static_cast<std::int64_t>(feature) * width, out);
    }
    out += width;
  }
}

void OneHotFeatures::addGradient(const fused::Kernels& kernels, std::span<const int> inputs, const float* out_gradient,
                                 int width, float* gradient) const {
  for (const int input : inputs) {
    for (const int feature : active(input)) {
      kernels.addScaled(width, 1.0F, out_gradient, gradient + static_cast<std::int64_t>(feature) * width);
    }
    out_gradient += width;
  }
}

}  // namespace limbeck
