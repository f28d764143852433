// SPDX-License-Identifier: GPL-3.0-or-later
// A checkpoint's parameters taken apart for plain single-precision passes over single tokens (AttentionProbe). Matrices
// are kept transposed, so that the inner loop of a product runs over neighbouring outputs and adds to each of them: the
// compiler makes vectors of that, which it may not do with the sum of a dot product.
#pragma once

#include <cstddef>
#include <vector>

#include "core/model/checkpoint.h"

namespace limbeck {

/// y = x W' + b.
struct PlainLinear {
  int inputs = 0;
  int outputs = 0;
  std::vector<float> weight;  ///< [inputs, outputs]
  std::vector<float> bias;    ///< [outputs]

  /// `x`: [inputs], `y`: [outputs]; they must not overlap.
  void apply(const float* x, float* y) const;
};

/// Layer normalisation.
struct PlainNorm {
  std::vector<float> gain;  ///< [width]
  std::vector<float> bias;  ///< [width]

  /// `x`, `y`: [width]; they may be the same.
  void apply(const float* x, float* y) const;
};

struct PlainLayer {
  PlainNorm norm1;
  PlainLinear query, key, value, out;
  PlainNorm norm2;
  PlainLinear widen, narrow;  ///< mlp.in and mlp.out
};

/// Names and meaning as in parameter_layout.h; what an architecture does not have is empty.
struct PlainWeights {
  /// Throws Error(Corrupt) for a missing or misshapen tensor, Error(InvalidArgument) for an impossible architecture and
  /// for an LSTM.
  explicit PlainWeights(const Checkpoint& checkpoint);

  /// Row `row` of a table of embeddings.
  const float* rowOf(const std::vector<float>& table, int row) const {
    return table.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(config.width);
  }

  TransformerConfig config;
  std::vector<std::vector<float>> observation;  ///< [components] of [classes, width]
  std::vector<float> action, reward, end, position;
  std::vector<PlainLayer> layers;
  PlainNorm final_norm;
  PlainLinear head;
};

}  // namespace limbeck
