// SPDX-License-Identifier: GPL-3.0-or-later
// The transformer of core/model/parameter_layout.h as plain loops over doubles: slow, without a batch, a cache or a
// trick, so that it can be read against the description. The twin that every fast backend is held against. Evaluation
// mode only.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/data/context_batch.h"
#include "core/model/tensor_file.h"
#include "core/model/transformer_config.h"

namespace limbeck::test {

using Row = std::vector<double>;

class PlainTransformer {
 public:
  PlainTransformer(TransformerConfig config, TensorMap weights)
      : config_(std::move(config)), weights_(std::move(weights)) {}

  TensorMap& weights() { return weights_; }

  /// [length][action_count]
  std::vector<Row> logProbabilities(const ContextBatch& batch, int window) const {
    std::vector<int> readout;
    std::vector<Row> x = embed(batch, window, readout);
    for (int layer = 0; layer < config_.layers; ++layer) runLayer(x, fmt::format("layers.{}.", layer));
    std::vector<Row> result;
    for (const int at : readout) {
      const Row top = config_.norm == NormPlacement::Pre ? norm("final_norm", x[at]) : x[at];
      result.push_back(logSoftmax(linear("head", top)));
    }
    return result;
  }

  /// Mean negative log-likelihood of the batch's actions, with label smoothing.
  double loss(const ContextBatch& batch) const {
    double total = 0.0;
    for (int window = 0; window < batch.windows; ++window) {
      const std::vector<Row> rows = logProbabilities(batch, window);
      for (int t = 0; t < batch.length; ++t) {
        double mean = 0.0;
        for (const double value : rows[t]) mean += value / static_cast<double>(rows[t].size());
        const double chosen = rows[t][batch.actions[window * batch.length + t]];
        total -= (1.0 - config_.label_smoothing) * chosen + config_.label_smoothing * mean;
      }
    }
    return total / (batch.windows * batch.length);
  }

 private:
  double weight(const std::string& name, std::size_t index) const { return weights_.at(name).values.at(index); }

  void addRow(Row& to, const std::string& table, int row, double factor = 1.0) const {
    for (int i = 0; i < config_.width; ++i) to[i] += factor * weight(table, row * config_.width + i);
  }

  Row observationRow(const ContextBatch& batch, int place) const {
    Row row(config_.width, 0.0);
    for (int i = 0; i < batch.observation_size; ++i) {
      addRow(row, fmt::format("embed.observation.{}", i), batch.observations[place * batch.observation_size + i]);
    }
    return row;
  }

  std::vector<Row> embed(const ContextBatch& batch, int window, std::vector<int>& readout) const {
    std::vector<Row> tokens;
    for (int t = 0; t < batch.length; ++t) {
      const int place = window * batch.length + t;
      if (config_.tokens == TokenScheme::One) {
        Row row = observationRow(batch, place);
        addRow(row, "embed.action", batch.previous_actions[place]);
        addRow(row, "embed.reward", 0, batch.previous_rewards[place]);
        addRow(row, "embed.end", batch.previous_ends[place]);
        tokens.push_back(row);
      } else {
        if (t > 0) {
          tokens.emplace_back(config_.width, 0.0);
          addRow(tokens.back(), "embed.action", batch.previous_actions[place]);
          tokens.emplace_back(config_.width, 0.0);
          addRow(tokens.back(), "embed.reward", 0, batch.previous_rewards[place]);
        }
        tokens.push_back(observationRow(batch, place));
      }
      readout.push_back(static_cast<int>(tokens.size()) - 1);
    }
    if (config_.positions == PositionEncoding::Learned) {
      for (std::size_t i = 0; i < tokens.size(); ++i) addRow(tokens[i], "embed.position", static_cast<int>(i));
    }
    return tokens;
  }

  Row linear(const std::string& name, const Row& x) const {
    const int outputs = static_cast<int>(weights_.at(name + ".bias").values.size());
    Row y(outputs);
    for (int o = 0; o < outputs; ++o) {
      y[o] = weight(name + ".bias", o);
      for (std::size_t i = 0; i < x.size(); ++i) y[o] += weight(name + ".weight", o * x.size() + i) * x[i];
    }
    return y;
  }

  Row norm(const std::string& name, const Row& x) const {
    double mean = 0.0;
    double variance = 0.0;
    for (const double value : x) mean += value / static_cast<double>(x.size());
    for (const double value : x) variance += (value - mean) * (value - mean) / static_cast<double>(x.size());
    Row y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = (x[i] - mean) / std::sqrt(variance + 1e-5) * weight(name + ".weight", i) + weight(name + ".bias", i);
    }
    return y;
  }

  static Row logSoftmax(const Row& x) {
    const double largest = *std::max_element(x.begin(), x.end());
    double total = 0.0;
    for (const double value : x) total += std::exp(value - largest);
    Row y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] - largest - std::log(total);
    return y;
  }

  static void addTo(Row& x, const Row& y) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += y[i];
  }

  std::vector<Row> attention(const std::string& prefix, const std::vector<Row>& x) const {
    const int head_width = config_.headWidth();
    std::vector<Row> qkv;
    for (const Row& row : x) qkv.push_back(linear(prefix + "attention.qkv", row));
    std::vector<Row> result;
    for (std::size_t t = 0; t < x.size(); ++t) {
      Row mixed(config_.width, 0.0);
      for (int head = 0; head < config_.heads; ++head) {
        Row scores;
        for (std::size_t s = 0; s <= t; ++s) {
          double score = 0.0;
          for (int i = head * head_width; i < (head + 1) * head_width; ++i)
            score += qkv[t][i] * qkv[s][config_.width + i];
          scores.push_back(score / std::sqrt(static_cast<double>(head_width)));
        }
        const Row weights = logSoftmax(scores);
        for (std::size_t s = 0; s <= t; ++s) {
          for (int i = head * head_width; i < (head + 1) * head_width; ++i) {
            mixed[i] += std::exp(weights[s]) * qkv[s][2 * config_.width + i];
          }
        }
      }
      result.push_back(linear(prefix + "attention.out", mixed));
    }
    return result;
  }

  Row mlp(const std::string& prefix, const Row& x) const {
    Row hidden = linear(prefix + "mlp.in", x);
    for (double& h : hidden)
      h = 0.5 * h * (1.0 + std::tanh(std::sqrt(2.0 / std::numbers::pi) * (h + 0.044715 * h * h * h)));
    return linear(prefix + "mlp.out", hidden);
  }

  void runLayer(std::vector<Row>& x, const std::string& prefix) const {
    const bool pre = config_.norm == NormPlacement::Pre;
    std::vector<Row> normed = x;
    if (pre) std::ranges::transform(x, normed.begin(), [&](const Row& row) { return norm(prefix + "norm1", row); });
    const std::vector<Row> mixed = attention(prefix, normed);
    for (std::size_t t = 0; t < x.size(); ++t) {
      addTo(x[t], mixed[t]);
      if (!pre) x[t] = norm(prefix + "norm1", x[t]);
      addTo(x[t], mlp(prefix, pre ? norm(prefix + "norm2", x[t]) : x[t]));
      if (!pre) x[t] = norm(prefix + "norm2", x[t]);
    }
  }

  TransformerConfig config_;
  TensorMap weights_;
};

/// Columns drawn at random within what the environment allows, as the sampler could have made them.
inline ContextBatch randomBatch(const TransformerConfig& config, int windows, int length, Rng rng) {
  ContextBatch batch;
  const int components = config.spec.observationSize();
  batch.windows = windows;
  batch.length = length;
  batch.observation_size = components;
  for (int place = 0; place < windows * length; ++place) {
    for (const int classes : config.spec.observation_classes) {
      batch.observations.push_back(static_cast<std::uint8_t>(rng.below(static_cast<std::uint32_t>(classes))));
    }
    const bool first = place % length == 0;
    const auto actions = static_cast<std::uint32_t>(config.spec.action_count);
    batch.previous_actions.push_back(first ? static_cast<std::uint8_t>(actions)
                                           : static_cast<std::uint8_t>(rng.below(actions)));
    batch.previous_rewards.push_back(first ? 0.0F : static_cast<float>(rng.below(2)));
    batch.previous_ends.push_back(first ? std::uint8_t{0} : static_cast<std::uint8_t>(rng.below(2)));
    batch.actions.push_back(static_cast<std::uint8_t>(rng.below(actions)));
  }
  return batch;
}

}  // namespace limbeck::test
