// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/source/mlp.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/kernels/cpu_dispatch.h"
#include "core/source/layer_parts.h"

namespace limbeck {
namespace {

constexpr double kOutputScale = 0.01;

const fused::Kernels& bestKernels() {
  return fused::kernelsFor(fused::availableInstructionSets().back(), Precision::Float32);
}

}  // namespace

MlpRows::MlpRows(const MlpShape& shape, int capacity)
    : capacity_(capacity), width_(paddedWidth(shape.hidden_width)), output_stride_(paddedWidth(shape.outputs)) {
  const auto of = [capacity](int columns) { return fused::AlignedBuffer(std::int64_t{capacity} * columns); };
  for (int layer = 0; layer < shape.hidden_layers; ++layer) hidden_.push_back(of(width_));
  outputs_ = of(output_stride_);
  gradients_ = of(output_stride_);
  from_above_ = of(width_);
  below_ = of(width_);
}

Mlp::Mlp(const ObservationFeatures& features, const MlpShape& shape, Rng rng)
    : kernels_(bestKernels()),
      shape_(shape),
      width_(paddedWidth(shape.hidden_width)),
      first_layer_(features.makeFirstLayer(kernels_, width_)),
      size_(first_layer_->parameterCount()) {
  for (int layer = 1; layer < shape.hidden_layers; ++layer) addLayer(width_);
  addLayer(paddedWidth(shape.outputs));
  for (fused::AlignedBuffer* buffer : {&parameters_, &gradient_, &first_moment_, &second_moment_}) {
    *buffer = fused::AlignedBuffer(size_);
  }
  first_layer_->initialise(shape.hidden_width, rng, parameters_.data());
  const double he = std::sqrt(6.0 / shape.hidden_width);
  for (const Layer& layer : layers_) {
    const bool is_last = &layer == &layers_.back();
    drawWeights(shape.hidden_width, is_last ? shape.outputs : shape.hidden_width, layer.outputs,
                is_last ? kOutputScale * he : he, rng, parameters_.data() + layer.weight);
  }
  repack();
}

void Mlp::addLayer(int outputs) {
  Layer layer{.weight = size_, .bias = size_ + std::int64_t{width_} * outputs, .outputs = outputs};
  size_ = layer.bias + outputs;
  layer.packed = fused::AlignedBuffer(kernels_.packedSize(width_, outputs));
  layer.packed_transposed = fused::AlignedBuffer(kernels_.packedSize(outputs, width_));
  layers_.push_back(std::move(layer));
}

void Mlp::repack() {
  first_layer_->repack(parameters_.data());
  for (Layer& layer : layers_) {
    const float* const weight = parameters_.data() + layer.weight;
    kernels_.pack(width_, layer.outputs, weight, layer.outputs, 1, layer.packed.data());
    kernels_.pack(layer.outputs, width_, weight, 1, layer.outputs, layer.packed_transposed.data());
  }
}

void Mlp::copyParameters(const Mlp& other) {
  std::ranges::copy(other.parameters_.span(), parameters_.data());
  repack();
}

void Mlp::forward(std::span<const int> inputs, MlpRows& rows, int first) {
  const int count = static_cast<int>(inputs.size());
  const float* const parameters = parameters_.data();
  float* x = rows.hidden(0, first);
  first_layer_->forward(inputs, parameters, x);
  rectify(std::int64_t{count} * width_, x);
  for (int i = 1; i < shape_.hidden_layers; ++i) {
    const Layer& layer = layers_[static_cast<std::size_t>(i) - 1];
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
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const Layer& layer = layers_[i];
    const float* const x = rows.hidden(static_cast<int>(i), 0);
    kernels_.multiplyTransposedAdd(width_, layer.outputs, count, x, width_, from_above, layer.outputs,
                                   gradient_.data() + layer.weight, layer.outputs);
    kernels_.columnSumsAdd(count, layer.outputs, from_above, layer.outputs, gradient_.data() + layer.bias);
    kernels_.multiply(count, width_, layer.outputs, from_above, layer.outputs, layer.packed_transposed.data(), nullptr,
                      below, width_);
    rectifyGradient(std::int64_t{count} * width_, x, below);
    from_above = below;
    std::swap(below, spare);
  }
  first_layer_->backward(inputs, parameters_.data(), from_above, gradient_.data());
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
