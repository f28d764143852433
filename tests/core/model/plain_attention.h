// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

#include "core/kernels/kernels.h"

namespace limbeck::test {

/// Causal attention in double precision, one query after another, with its gradients. Matrices are laid out as
/// fused::AttentionShape says; padding columns stay zero.
struct PlainAttention {
  using Factor = std::function<double(int head, int key, int query)>;

  std::vector<double> out, dqkv;

  /// `factor`: what dropout multiplies an attention weight by.
  PlainAttention(const fused::AttentionShape& shape, const std::vector<float>& qkv, const std::vector<float>& dout,
                 const Factor& factor)
      : out(dout.size()), dqkv(qkv.size()) {
    for (int head = 0; head < shape.heads; ++head) {
      for (int query = 0; query < shape.length; ++query) addQuery(shape, qkv, dout, factor, head, query);
    }
  }

 private:
  void addQuery(const fused::AttentionShape& shape, const std::vector<float>& qkv, const std::vector<float>& dout,
                const Factor& factor, int head, int query) {
    const int width = shape.heads * shape.head_width;
    const auto at = [&](int part, int token, int d) {
      return static_cast<std::size_t>(token) * static_cast<std::size_t>(shape.qkv_ld) +
             static_cast<std::size_t>(part * width + head * shape.head_width + d);
    };
    const auto out_at = [&](int d) {
      return static_cast<std::size_t>(query) * static_cast<std::size_t>(shape.out_ld) +
             static_cast<std::size_t>(head * shape.head_width + d);
    };
    const auto keys = static_cast<std::size_t>(query) + 1;
    const double scale = 1.0 / std::sqrt(shape.head_width);
    std::vector<double> weights(keys), kept(keys), slopes(keys);
    for (int key = 0; key <= query; ++key) {
      double& score = weights[static_cast<std::size_t>(key)];
      for (int d = 0; d < shape.head_width; ++d)
        score += static_cast<double>(qkv[at(0, query, d)]) * static_cast<double>(qkv[at(1, key, d)]) * scale;
    }
    const double most = std::ranges::max(weights);
    double total = 0.0;
    for (double& weight : weights) total += weight = std::exp(weight - most);
    double mean = 0.0;
    for (int key = 0; key <= query; ++key) {
      const auto k = static_cast<std::size_t>(key);
      weights[k] /= total;
      kept[k] = factor(head, key, query);
      for (int d = 0; d < shape.head_width; ++d) {
        const double value = qkv[at(2, key, d)];
        out[out_at(d)] += weights[k] * kept[k] * value;
        slopes[k] += kept[k] * static_cast<double>(dout[out_at(d)]) * value;
        dqkv[at(2, key, d)] += weights[k] * kept[k] * static_cast<double>(dout[out_at(d)]);
      }
      mean += weights[k] * slopes[k];
    }
    for (int key = 0; key <= query; ++key) {
      const auto k = static_cast<std::size_t>(key);
      const double dscore = weights[k] * (slopes[k] - mean) * scale;
      for (int d = 0; d < shape.head_width; ++d) {
        dqkv[at(0, query, d)] += dscore * static_cast<double>(qkv[at(1, key, d)]);
        dqkv[at(1, key, d)] += dscore * static_cast<double>(qkv[at(0, query, d)]);
      }
    }
  }
};

}  // namespace limbeck::test
