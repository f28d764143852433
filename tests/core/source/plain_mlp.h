// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "core/source/mlp.h"

namespace limbeck::test {

/// The network of core/source/mlp.h in double precision, one input at a time and without any padding: what the fast one
/// is compared with.
class PlainMlp {
 public:
  using Row = std::vector<double>;

  /// Takes its weights from the flat parameters of an Mlp of this shape.
  PlainMlp(int features, const MlpShape& shape, std::span<const float> parameters) {
    const auto padded = [](int count) { return (count + 15) / 16 * 16; };
    std::size_t offset = 0;
    for (int i = 0; i <= shape.hidden_layers; ++i) {
      const bool is_last = i == shape.hidden_layers;
      const int inputs = i == 0 ? features : shape.hidden_width;
      const int outputs = is_last ? shape.outputs : shape.hidden_width;
      const int stride = padded(outputs);
      const int stored_inputs = i == 0 ? features : padded(shape.hidden_width);
      Layer layer{.inputs = inputs, .outputs = outputs};
      for (int row = 0; row < inputs; ++row) {
        for (int column = 0; column < outputs; ++column) {
          layer.places.push_back(offset + static_cast<std::size_t>(row * stride + column));
        }
      }
      offset += static_cast<std::size_t>(stored_inputs) * static_cast<std::size_t>(stride);
      for (int column = 0; column < outputs; ++column)
        layer.places.push_back(offset + static_cast<std::size_t>(column));
      offset += static_cast<std::size_t>(stride);
      for (const std::size_t place : layer.places) layer.values.push_back(static_cast<double>(parameters[place]));
      layer.gradient.assign(layer.values.size(), 0.0);
      layer.first.assign(layer.values.size(), 0.0);
      layer.second.assign(layer.values.size(), 0.0);
      layers_.push_back(layer);
    }
  }

  /// Outputs for a row of features.
  Row forward(const Row& features) const { return activations(features).back(); }

  /// Adds the gradient of an input whose output gradient is `of_outputs`.
  void addGradient(const Row& features, Row of_outputs) {
    const std::vector<Row> kept = activations(features);
    for (std::size_t i = layers_.size(); i-- > 0;) {
      Layer& layer = layers_[i];
      const Row& x = kept[i];
      Row below(x.size(), 0.0);
      for (int row = 0; row < layer.inputs; ++row) {
        for (int column = 0; column < layer.outputs; ++column) {
          layer.gradient[layer.at(row, column)] += x[row] * of_outputs[column];
          below[row] += layer.values[layer.at(row, column)] * of_outputs[column];
        }
      }
      for (int column = 0; column < layer.outputs; ++column) {
        layer.gradient[layer.at(layer.inputs, column)] += of_outputs[column];
      }
      of_outputs.resize(x.size());
      for (std::size_t row = 0; row < x.size(); ++row) of_outputs[row] = x[row] > 0.0 ? below[row] : 0.0;
    }
  }

  /// Adam on what was added, which is forgotten then.
  void step(const AdamSettings& settings) {
    ++steps_;
    double squares = 0.0;
    for (const Layer& layer : layers_) {
      for (const double g : layer.gradient) squares += g * g;
    }
    const double norm = std::sqrt(squares);
    const double scale =
        settings.gradient_clip > 0.0 && norm > settings.gradient_clip ? settings.gradient_clip / norm : 1.0;
    for (Layer& layer : layers_) {
      for (std::size_t i = 0; i < layer.values.size(); ++i) {
        const double g = scale * layer.gradient[i];
        layer.first[i] = settings.beta1 * layer.first[i] + (1.0 - settings.beta1) * g;
        layer.second[i] = settings.beta2 * layer.second[i] + (1.0 - settings.beta2) * g * g;
        const double mean = layer.first[i] / (1.0 - std::pow(settings.beta1, steps_));
        const double deviation = std::sqrt(layer.second[i] / (1.0 - std::pow(settings.beta2, steps_)));
        layer.values[i] -= settings.learning_rate * mean / (deviation + settings.epsilon);
      }
      std::ranges::fill(layer.gradient, 0.0);
    }
  }

  /// The greatest difference between `flat`, laid out as an Mlp's parameters, and these parameters (or the gradient).
  double differenceTo(std::span<const float> flat, bool of_gradient) const {
    double greatest = 0.0;
    for (const Layer& layer : layers_) {
      for (std::size_t i = 0; i < layer.places.size(); ++i) {
        const double own = of_gradient ? layer.gradient[i] : layer.values[i];
        greatest = std::max(greatest, std::abs(own - static_cast<double>(flat[layer.places[i]])));
      }
    }
    return greatest;
  }

 private:
  struct Layer {
    int inputs = 0;
    int outputs = 0;
    std::vector<std::size_t> places;  ///< in the flat parameters: the weight by rows, then the bias
    std::vector<double> values, gradient, first, second;
    std::size_t at(int row, int column) const { return static_cast<std::size_t>(row * outputs + column); }
  };

  /// The features, every layer's units, the outputs.
  std::vector<Row> activations(const Row& features) const {
    std::vector<Row> rows{features};
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const Layer& layer = layers_[i];
      Row y(static_cast<std::size_t>(layer.outputs));
      for (int column = 0; column < layer.outputs; ++column) {
        y[column] = layer.values[layer.at(layer.inputs, column)];
        for (int row = 0; row < layer.inputs; ++row)
          y[column] += rows.back()[row] * layer.values[layer.at(row, column)];
        if (i + 1 < layers_.size()) y[column] = std::max(y[column], 0.0);
      }
      rows.push_back(y);
    }
    return rows;
  }

  std::vector<Layer> layers_;
  int steps_ = 0;
};

}  // namespace limbeck::test
