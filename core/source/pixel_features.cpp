// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/pixel_features.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/kernels/aligned_buffer.h"
#include "core/source/convolutional_trunk.h"
#include "core/source/layer_parts.h"

namespace limbeck {
namespace {

/// Makes room for at least `size` floats; what was there is lost.
void reserve(fused::AlignedBuffer& buffer, std::int64_t size) {
  if (buffer.size() < size) buffer = fused::AlignedBuffer(size);
}

/// A trunk of convolutions and a layer on its features. Parameters: the trunk's, weight [features, width], a row of
/// weight for each twin, bias [width]. Nothing of the forward pass is kept for the way back, which works it out again:
/// what the trunk makes of a thousand frames would not fit the cache, and a target network would keep it for all frames
/// in vain.
class PixelLayer final : public FirstLayer {
 public:
  PixelLayer(const PixelFeatures& pixels, const fused::Kernels& kernels, int width)
      : pixels_(pixels),
        kernels_(kernels),
        width_(width),
        trunk_(kernels, pixels.frames().shape()),
        packed_(kernels.packedSize(trunk_.featureCount(), width)),
        packed_transposed_(kernels.packedSize(width, trunk_.featureCount())) {}

  std::int64_t parameterCount() const override { return bias() + width_; }

  void initialise(int units, Rng& rng, float* parameters) const override {
    trunk_.initialise(rng, parameters);
    drawWeights(trunk_.featureCount() + pixels_.twinCount(), units, width_, std::sqrt(6.0 / trunk_.featureCount()), rng,
                parameters + weight());
  }

  void repack(const float* parameters) override {
    trunk_.repack(parameters);
    const int features = trunk_.featureCount();
    kernels_.pack(features, width_, parameters + weight(), width_, 1, packed_.data());
    kernels_.pack(width_, features, parameters + weight(), 1, width_, packed_transposed_.data());
  }

  void forward(std::span<const int> inputs, const float* parameters, float* sums) override {
    const int count = static_cast<int>(inputs.size());
    const int features = trunk_.featureCount();
    reserve(features_, std::int64_t{count} * features);
    forEachBlock(inputs,
                 [&](std::int64_t first) { trunk_.forward(frames_, parameters, features_.data() + first * features); });
    kernels_.multiply(count, width_, features, features_.data(), features, packed_.data(), parameters + bias(), sums,
                      width_);
    if (pixels_.twinCount() == 0) return;
    for (const int input : inputs) {
      kernels_.addScaled(width_, 1.0F, parameters + twin(input), sums);
      sums += width_;
    }
  }

  void backward(std::span<const int> inputs, const float* parameters, const float* of_sums, float* gradient) override {
    gatherWhatMatters(inputs, of_sums);
    const int count = static_cast<int>(learned_.size());
    const int features = trunk_.featureCount();
    reserve(features_, std::int64_t{count} * features);
    reserve(of_features_, std::int64_t{count} * features);
    kernels_.multiply(count, features, width_, of_sums_.data(), width_, packed_transposed_.data(), nullptr,
                      of_features_.data(), features);
    forEachBlock(learned_, [&](std::int64_t first) {
      float* const block = features_.data() + first * features;
      trunk_.forward(frames_, parameters, block);
      trunk_.backward(static_cast<int>(frames_.size()), block, of_features_.data() + first * features, gradient);
    });
    kernels_.multiplyTransposedAdd(features, width_, count, features_.data(), features, of_sums_.data(), width_,
                                   gradient + weight(), width_);
    kernels_.columnSumsAdd(count, width_, of_sums_.data(), width_, gradient + bias());
    if (pixels_.twinCount() == 0) return;
    for (int row = 0; row < count; ++row) {
      kernels_.addScaled(width_, 1.0F, of_sums_.data() + std::int64_t{row} * width_,
                         gradient + twin(learned_[static_cast<std::size_t>(row)]));
    }
  }

 private:
  std::int64_t weight() const { return trunk_.parameterCount(); }
  std::int64_t twins() const { return weight() + std::int64_t{trunk_.featureCount()} * width_; }
  std::int64_t twin(int input) const { return twins() + std::int64_t{pixels_.twin(input)} * width_; }
  std::int64_t bias() const { return twins() + std::int64_t{pixels_.twinCount()} * width_; }

  /// Calls `work(number of its first input)` for as many inputs at a time as the trunk takes, their frames in
  /// `frames_`.
  template <typename Work>
  void forEachBlock(std::span<const int> inputs, const Work& work) {
    for (std::size_t first = 0; first < inputs.size(); first += ConvolutionalTrunk::kMostFrames) {
      frames_.clear();
      const std::size_t count = std::min<std::size_t>(ConvolutionalTrunk::kMostFrames, inputs.size() - first);
      for (const int input : inputs.subspan(first, count)) frames_.push_back(pixels_.pixels(input));
      work(static_cast<std::int64_t>(first));
    }
  }

  /// The inputs that there is something to learn about, and the gradient of their sums. Those that an actor has only
  /// looked at since the last update have none.
  void gatherWhatMatters(std::span<const int> inputs, const float* of_sums) {
    reserve(of_sums_, static_cast<std::int64_t>(inputs.size()) * width_);
    learned_.clear();
    float* to = of_sums_.data();
    for (const int input : inputs) {
      if (std::any_of(of_sums, of_sums + width_, [](float x) { return x != 0.0F; })) {
        learned_.push_back(input);
        to = std::copy_n(of_sums, width_, to);
      }
      of_sums += width_;
    }
  }

  const PixelFeatures& pixels_;
  const fused::Kernels& kernels_;
  int width_;
  ConvolutionalTrunk trunk_;
  fused::AlignedBuffer packed_, packed_transposed_;  ///< of the weight
  fused::AlignedBuffer features_, of_features_;      ///< [inputs, features]: what the trunk gives, and its gradient
  fused::AlignedBuffer of_sums_;                     ///< [inputs, width]
  std::vector<int> learned_;
  std::vector<const std::uint8_t*> frames_;
};

}  // namespace

PixelFeatures::PixelFeatures(const TabularTask& task, bool observes_state)
    : ObservationFeatures(task, observes_state),
      frames_(task.frames),
      frame_(static_cast<std::size_t>(inputCount())),
      twin_(frame_.size()) {
  LIMBECK_CHECK(frames_ != nullptr, "a task without frames");
  const auto size = static_cast<std::size_t>(task.spec.observationSize());
  for (int state = 0; state < task.state_count; ++state) {
    const std::size_t input = inputOfState()[static_cast<std::size_t>(state)];
    const auto observation = std::span(task.observation).subspan(static_cast<std::size_t>(state) * size, size);
    frame_[input] = frames_->view().frameOf(observation);
    twin_[input] = twinOfState()[static_cast<std::size_t>(state)];
  }
}

std::unique_ptr<FirstLayer> PixelFeatures::makeFirstLayer(const fused::Kernels& kernels, int width) const {
  return std::make_unique<PixelLayer>(*this, kernels, width);
}

}  // namespace limbeck
