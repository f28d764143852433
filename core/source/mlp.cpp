// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/mlp.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/kernels/cpu_dispatch.h"

namespace limbeck {
namespace {

constexpr double kOutputScale = 0.01;

int padded(int count) {
  return (count + 15) / 16 * 16;
}

const fused::Kernels& bestKernels() {
  return fused::kernelsFor(fused::availableInstructionSets().back(), Precision::Float32);
}

void rectify(std::int64_t count, float* x) {
  for (std::int64_t i = 0; i < count; ++i) x[i] = x[i] > 0.0F ? x[i] : 0.0F;
}

/// Nothing goes back through units that gave nothing.
void rectifyGradient(std::int64_t count, const float* unit, float* gradient) {
  for (std::int64_t i = 0; i < count; ++i) gradient[i] = unit[i] > 0.0F ? gradient[i] : 0.0F;
}

}  // namespace

MlpRows::MlpRows(const MlpShape& shape, int capacity)
    : capacity_(capacity), width_(padded(shape.hidden_width)), output_stride_(padded(shape.outputs)) {
  const auto of = [capacity](int columns) { return fused::AlignedBuffer(std::int64_t{capacity} * columns); };
  for (int layer = 0; layer < shape.hidden_layers; ++layer) hidden_.push_back(of(width_));
  outputs_ = of(output_stride_);
  gradients_ = of(output_stride_);
  from_above_ = of(width_);
  below_ = of(width_);
}

Mlp::Mlp(const ObservationFeatures& features, const MlpShape& shape, Rng rng)
    : kernels_(bestKernels()), features_(features), shape_(shape), width_(padded(shape.hidden_width)) {
  addLayer(features.featureCount(), width_, false);
  for (int layer = 1; layer < shape.hidden_layers; ++layer) addLayer(width_, width_, true);
  addLayer(width_, padded(shape.outputs), true);
  for (fused::AlignedBuffer* buffer : {&parameters_, &gradient_, &first_moment_, &second_moment_}) {
    *buffer = fused::AlignedBuffer(size_);
  }
  const double he = std::sqrt(6.0 / shape.hidden_width);
  initialise(layers_.front(), features.featureCount(), shape.hidden_width, std::sqrt(6.0 / features.meanSquare()), rng);
  for (int layer = 1; layer < shape.hidden_layers; ++layer) {
    initialise(layers_[static_cast<std::size_t>(layer)], shape.hidden_width, shape.hidden_width, he, rng);
  }
  initialise(layers_.back(), shape.hidden_width, shape.outputs, kOutputScale * he, rng);
  repack();
}

void Mlp::addLayer(int inputs, int outputs, bool is_product) {
  Layer layer{.weight = size_, .bias = size_ + std::int64_t{inputs} * outputs, .inputs = inputs, .outputs = outputs};
  size_ = layer.bias + outputs;
  if (is_product) {
    layer.packed = fused::AlignedBuffer(kernels_.packedSize(inputs, outputs));
    layer.packed_transposed = fused::AlignedBuffer(kernels_.packedSize(outputs, inputs));
  }
  layers_.push_back(std::move(layer));
}

/// Padding stays zero, also later: nothing flows through it.
void Mlp::initialise(const Layer& layer, int inputs, int outputs, double bound, Rng& rng) {
  for (int row = 0; row < inputs; ++row) {
    float* const weight = parameters_.data() + layer.weight + std::int64_t{row} * layer.outputs;
    for (int i = 0; i < outputs; ++i) weight[i] = static_cast<float>(bound * (2.0 * rng.uniform() - 1.0));
  }
}

void Mlp::repack() {
  for (std::size_t i = 1; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    const float* const weight = parameters_.data() + layer.weight;
    kernels_.pack(layer.inputs, layer.outputs, weight, layer.outputs, 1, layer.packed.data());
    kernels_.pack(layer.outputs, layer.inputs, weight, 1, layer.outputs, layer.packed_transposed.data());
  }
}

void Mlp::copyParameters(const Mlp& other) {
  std::ranges::copy(other.parameters_.span(), parameters_.data());
  repack();
}

void Mlp::forward(std::span<const int> inputs, MlpRows& rows, int first) const {
  const int count = static_cast<int>(inputs.size());
  const float* const parameters = parameters_.data();
  float* x = rows.hidden(0, first);
  for (int row = 0; row < count; ++row) {
    std::copy_n(parameters + layers_.front().bias, width_, x + std::int64_t{row} * width_);
  }
  features_.addProduct(kernels_, inputs, parameters + layers_.front().weight, width_, x);
  rectify(std::int64_t{count} * width_, x);
  for (int i = 1; i < shape_.hidden_layers; ++i) {
    const Layer& layer = layers_[static_cast<std::size_t>(i)];
    float* const y = rows.hidden(i, first);
    kernels_.multiply(count, width_, width_, x, width_, layer.packed.data(), parameters + layer.bias, y, width_);
    rectify(std::int64_t{count} * width_, y);
    x = y;
  }
  const Layer& last = layers_.back();
  kernels_.multiply(count, last.outputs, width_, x, width_, last.packed.data(), parameters + last.bias,
                    rows.outputs_.data() + std::int64_t{first} * last.outputs, last.outputs);
}

void Mlp::backward(std::span<const int> inputs, MlpRows& rows) {
  const int count = static_cast<int>(inputs.size());
  std::ranges::fill(gradient_.span(), 0.0F);
  const float* from_above = rows.gradients_.data();
  float* below = rows.from_above_.data();
  float* spare = rows.below_.data();
  for (std::size_t i = layers_.size() - 1; i > 0; --i) {
    const Layer& layer = layers_[i];
    const float* const x = rows.hidden(static_cast<int>(i) - 1, 0);
    kernels_.multiplyTransposedAdd(layer.inputs, layer.outputs, count, x, width_, from_above, layer.outputs,
                                   gradient_.data() + layer.weight, layer.outputs);
    kernels_.columnSumsAdd(count, layer.outputs, from_above, layer.outputs, gradient_.data() + layer.bias);
    kernels_.multiply(count, layer.inputs, layer.outputs, from_above, layer.outputs, layer.packed_transposed.data(),
                      nullptr, below, width_);
    rectifyGradient(std::int64_t{count} * width_, x, below);
    from_above = below;
    std::swap(below, spare);
  }
  const Layer& first = layers_.front();
  features_.addGradient(kernels_, inputs, from_above, width_, gradient_.data() + first.weight);
  kernels_.columnSumsAdd(count, width_, from_above, width_, gradient_.data() + first.bias);
}

void Mlp::step(const AdamSettings& settings) {
  ++steps_;
  const auto count = static_cast<double>(steps_);
  double scale = 1.0;
  if (settings.gradient_clip > 0.0) {
    const double norm = std::sqrt(kernels_.addSquares(size_, gradient_.data(), nullptr));
    scale = std::min(1.0, settings.gradient_clip / std::max(norm, 1e-12));
  }
  const fused::AdamWStep step{
      .learning_rate = static_cast<float>(settings.learning_rate / (1.0 - std::pow(settings.beta1, count))),
      .decay_factor = 1.0F,
      .beta1 = static_cast<float>(settings.beta1),
      .beta2 = static_cast<float>(settings.beta2),
      .one_minus_beta1 = static_cast<float>(1.0 - settings.beta1),
      .one_minus_beta2 = static_cast<float>(1.0 - settings.beta2),
      .second_correction = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(settings.beta2, count))),
      .epsilon = static_cast<float>(settings.epsilon),
      .gradient_scale = static_cast<float>(scale)};
  kernels_.adamW(size_, step, parameters_.data(), gradient_.data(), first_moment_.data(), second_moment_.data());
  repack();
}

}  // namespace limbeck
