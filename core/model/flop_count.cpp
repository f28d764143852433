// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/flop_count.h"

namespace limbeck {
namespace {

/// Weights that a token is multiplied with.
double productWeights(const TransformerConfig& config) {
  const double width = config.width;
  if (config.backbone == Backbone::Lstm) return config.layers * 8.0 * width * width;
  return config.layers * (4.0 * width * width + 2.0 * width * config.feed_forward);
}

/// Of one token that attends to `tokens` others: a product with each key, and one with each value.
double attentionFlops(const TransformerConfig& config, double tokens) {
  return config.backbone == Backbone::Lstm ? 0.0 : 4.0 * config.layers * config.width * tokens;
}

double tokensPerTransition(const TransformerConfig& config) {
  return static_cast<double>(config.sequenceLength()) / config.context_length;
}

}  // namespace

double trainingFlops(const TransformerConfig& config) {
  const double half = config.sequenceLength() / 2.0;  // A token sees half of the window on average.
  const double forward = 2.0 * productWeights(config) + attentionFlops(config, half);
  return tokensPerTransition(config) * 3.0 * forward;  // Backward is two products for each of forward's.
}

double decodingFlops(const TransformerConfig& config, double context) {
  const double tokens = tokensPerTransition(config);
  return tokens * (2.0 * productWeights(config) + attentionFlops(config, tokens * context));
}

}  // namespace limbeck
