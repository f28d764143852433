// SPDX-License-Identifier: GPL-3.0-or-later
// The default transformer with its gradients, from the description in core/model/parameter_layout.h: double-precision
// numbers that remember how they came about (a tape, reverse-mode differentiation), one scalar at a time. Nothing is
// shared with the fused core.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "core/data/context_batch.h"
#include "core/model/tensor_file.h"
#include "core/model/transformer_config.h"
#include "fused_tape.h"

namespace limbeck::test {

/// Loss and gradients of a batch.
class Twin {
 public:
  Twin(const TransformerConfig& config, const TensorMap& weights) : config_(config) {
    tape_.constant(0.0);  // index 0 takes the slopes of absent operands
    for (const auto& [name, tensor] : weights) {
      for (const float value : tensor.values) parameters_[name].push_back(tape_.constant(static_cast<double>(value)));
    }
  }

  double run(const ContextBatch& batch) {
    Var total = tape_.constant(0.0);
    for (int window = 0; window < batch.windows; ++window) total = tape_.add(total, windowLoss(batch, window));
    const Var loss = tape_.scale(total, 1.0 / (static_cast<double>(batch.windows) * batch.length));
    slopes_ = tape_.gradients(loss);
    return tape_.value(loss);
  }

  std::vector<double> gradient(const std::string& name) const {
    std::vector<double> result;
    for (const Var v : parameters_.at(name)) result.push_back(slopes_[v.at]);
    return result;
  }

 private:
  using Row = std::vector<Var>;

  Row table(const std::string& name, int index) const {
    const Row& all = parameters_.at(name);
    return Row(all.begin() + static_cast<std::ptrdiff_t>(index) * config_.width,
               all.begin() + static_cast<std::ptrdiff_t>(index + 1) * config_.width);
  }
  void addTo(Row& row, const Row& other) {
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = tape_.add(row[i], other[i]);
  }
  Var dot(const Var* a, const Var* b, int n) {
    Var total = tape_.multiply(a[0], b[0]);
    for (int i = 1; i < n; ++i) total = tape_.add(total, tape_.multiply(a[i], b[i]));
    return total;
  }
  Row linear(const std::string& name, const Row& x) {
    const Row& w = parameters_.at(name + ".weight");
    Row y = parameters_.at(name + ".bias");
    for (std::size_t i = 0; i < y.size(); ++i)
      y[i] = tape_.add(y[i], dot(w.data() + i * x.size(), x.data(), static_cast<int>(x.size())));
    return y;
  }
  Row norm(const std::string& name, Row x) {
    const double n = static_cast<double>(x.size());
    Var mean = x[0];
    for (std::size_t i = 1; i < x.size(); ++i) mean = tape_.add(mean, x[i]);
    mean = tape_.scale(mean, 1.0 / n);
    for (Var& v : x) v = tape_.subtract(v, mean);
    const Var variance = tape_.scale(dot(x.data(), x.data(), static_cast<int>(x.size())), 1.0 / n);
    const Var scale = tape_.inverseRoot(tape_.add(variance, tape_.constant(1e-5)));
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = tape_.multiply(tape_.multiply(x[i], scale), parameters_.at(name + ".weight")[i]);
      x[i] = tape_.add(x[i], parameters_.at(name + ".bias")[i]);
    }
    return x;
  }
  Row embed(const ContextBatch& batch, std::size_t at, int position) {
    Row row = table("embed.action", batch.previous_actions[at]);
    for (int i = 0; i < batch.observation_size; ++i) {
      addTo(
          row,
          table(
              "embed.observation." + std::to_string(i),
              batch.observations[at * static_cast<std::size_t>(batch.observation_size) + static_cast<std::size_t>(i)]));
    }
    Row reward = parameters_.at("embed.reward");
    for (Var& v : reward) v = tape_.scale(v, static_cast<double>(batch.previous_rewards[at]));
    addTo(row, reward);
    addTo(row, table("embed.end", batch.previous_ends[at]));
    if (config_.positions == PositionEncoding::Learned) addTo(row, table("embed.position", position));
    return row;
  }
  /// The heads' outputs at the last of the positions so far.
  Row attend(const std::vector<Row>& qkv) {
    const int width = config_.width;
    const int head_width = config_.headWidth();
    Row out;
    for (int head = 0; head < width; head += head_width) {
      Row weights;
      Var total = tape_.constant(0.0);
      for (const Row& key : qkv) {
        const Var score = dot(qkv.back().data() + head, key.data() + width + head, head_width);
        weights.push_back(tape_.exponential(tape_.scale(score, 1.0 / std::sqrt(static_cast<double>(head_width)))));
        total = tape_.add(total, weights.back());
      }
      const Var inverse = tape_.inverse(total);
      for (int d = 0; d < head_width; ++d) {
        Var sum = tape_.constant(0.0);
        for (std::size_t j = 0; j < qkv.size(); ++j) {
          sum = tape_.add(sum, tape_.multiply(weights[j], qkv[j][static_cast<std::size_t>(2 * width + head + d)]));
        }
        out.push_back(tape_.multiply(sum, inverse));
      }
    }
    return out;
  }
  Var windowLoss(const ContextBatch& batch, int window) {
    std::vector<Row> x;
    const std::size_t base = static_cast<std::size_t>(window) * static_cast<std::size_t>(batch.length);
    for (int t = 0; t < batch.length; ++t) x.push_back(embed(batch, base + static_cast<std::size_t>(t), t));
    for (int layer = 0; layer < config_.layers; ++layer) {
      const std::string prefix = "layers." + std::to_string(layer) + ".";
      std::vector<Row> qkv;
      for (Row& row : x) {
        qkv.push_back(linear(prefix + "attention.qkv", norm(prefix + "norm1", row)));
        addTo(row, linear(prefix + "attention.out", attend(qkv)));
      }
      for (Row& row : x) {
        Row hidden = linear(prefix + "mlp.in", norm(prefix + "norm2", row));
        for (Var& v : hidden) v = tape_.gelu(v);
        addTo(row, linear(prefix + "mlp.out", hidden));
      }
    }
    Var total = tape_.constant(0.0);
    for (int t = 0; t < batch.length; ++t) {
      total = tape_.add(total, positionLoss(linear("head", norm("final_norm", x[static_cast<std::size_t>(t)])),
                                            batch.actions[base + static_cast<std::size_t>(t)]));
    }
    return total;
  }
  Var positionLoss(const Row& logits, int target) {
    Var mass = tape_.constant(0.0);
    for (const Var z : logits) mass = tape_.add(mass, tape_.exponential(z));
    Var loss = tape_.logarithm(mass);
    const double n = static_cast<double>(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const double share =
          config_.label_smoothing / n + (static_cast<int>(i) == target ? 1.0 - config_.label_smoothing : 0.0);
      loss = tape_.subtract(loss, tape_.scale(logits[i], share));
    }
    return loss;
  }

  TransformerConfig config_;
  Tape tape_;
  std::map<std::string, Row> parameters_;
  std::vector<double> slopes_;
};

}  // namespace limbeck::test
