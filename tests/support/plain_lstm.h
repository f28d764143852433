// SPDX-License-Identifier: GPL-3.0-or-later
// The LSTM of core/model/parameter_layout.h as plain loops over doubles, to be read against its equations:
//   i, f, g, o = rows of  A x + a + B h;   c = sigmoid(f) c + sigmoid(i) tanh(g);   h = sigmoid(o) tanh(c)
// The twin that the LibTorch backend is held against. Evaluation mode only.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/data/context_batch.h"
#include "core/model/tensor_file.h"
#include "core/model/transformer_config.h"

namespace limbeck::test {

class PlainLstm {
 public:
  using Row = std::vector<double>;

  /// What the top layer says, and what an actor-critic makes of it.
  struct Answer {
    Row log_probabilities;
    double value = 0.0;
  };

  PlainLstm(TransformerConfig config, TensorMap weights) : config_(std::move(config)), weights_(std::move(weights)) {}

  TensorMap& weights() { return weights_; }

  /// [length], from an empty memory.
  std::vector<Answer> answers(const ContextBatch& batch, int window) const {
    std::vector<Row> hidden(config_.layers, Row(config_.width, 0.0));
    std::vector<Row> cell = hidden;
    std::vector<Answer> result;
    for (int t = 0; t < batch.length; ++t) {
      Row x = embed(batch, window * batch.length + t);
      for (int layer = 0; layer < config_.layers; ++layer) x = step(layer, x, hidden[layer], cell[layer]);
      result.push_back({logSoftmax(product("head.weight", "head.bias", x)), 0.0});
      if (config_.actor_critic) result.back().value = product("value.weight", "value.bias", x)[0];
    }
    return result;
  }

  /// Mean negative log-likelihood of the batch's actions, with label smoothing.
  double loss(const ContextBatch& batch) const {
    double total = 0.0;
    for (int window = 0; window < batch.windows; ++window) {
      const std::vector<Answer> all = answers(batch, window);
      for (int t = 0; t < batch.length; ++t) {
        const Row& row = all[t].log_probabilities;
        double mean = 0.0;
        for (const double value : row) mean += value / static_cast<double>(row.size());
        const double chosen = row[batch.actions[window * batch.length + t]];
        total -= (1.0 - config_.label_smoothing) * chosen + config_.label_smoothing * mean;
      }
    }
    return total / (batch.windows * batch.length);
  }

 private:
  const std::vector<float>& values(const std::string& name) const { return weights_.at(name).values; }

  void addRow(Row& to, const std::string& table, int row, double factor = 1.0) const {
    for (int i = 0; i < config_.width; ++i) to[i] += factor * values(table).at(row * config_.width + i);
  }

  Row embed(const ContextBatch& batch, int place) const {
    Row row(config_.width, 0.0);
    for (int i = 0; i < batch.observation_size; ++i) {
      addRow(row, fmt::format("embed.observation.{}", i), batch.observations[place * batch.observation_size + i]);
    }
    addRow(row, "embed.action", batch.previous_actions[place]);
    addRow(row, "embed.reward", 0, batch.previous_rewards[place]);
    addRow(row, "embed.end", batch.previous_ends[place]);
    return row;
  }

  Row product(const std::string& weight, const std::string& bias, const Row& x) const {
    const std::vector<float>& matrix = values(weight);
    Row y(matrix.size() / x.size(), 0.0);
    for (std::size_t o = 0; o < y.size(); ++o) {
      if (!bias.empty()) y[o] = values(bias)[o];
      for (std::size_t i = 0; i < x.size(); ++i) y[o] += static_cast<double>(matrix[o * x.size() + i]) * x[i];
    }
    return y;
  }

  static double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

  Row step(int layer, const Row& x, Row& hidden, Row& cell) const {
    const std::string prefix = fmt::format("layers.{}.lstm.", layer);
    const Row from_input = product(prefix + "input.weight", prefix + "input.bias", x);
    const Row from_hidden = product(prefix + "hidden.weight", "", hidden);
    const auto gate = [&](int which, int unit) {
      const int at = which * config_.width + unit;
      return from_input[at] + from_hidden[at];
    };
    for (int unit = 0; unit < config_.width; ++unit) {
      cell[unit] = sigmoid(gate(1, unit)) * cell[unit] + sigmoid(gate(0, unit)) * std::tanh(gate(2, unit));
      hidden[unit] = sigmoid(gate(3, unit)) * std::tanh(cell[unit]);
    }
    return hidden;
  }

  static Row logSoftmax(Row row) {
    const double largest = *std::max_element(row.begin(), row.end());
    double total = 0.0;
    for (const double value : row) total += std::exp(value - largest);
    for (double& value : row) value -= largest + std::log(total);
    return row;
  }

  TransformerConfig config_;
  TensorMap weights_;
};

}  // namespace limbeck::test
