// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/rl/environment_spec.h"

namespace limbeck {

/// What carries the context from one token to the next.
enum class Backbone {
  Transformer,
  Lstm,  ///< `layers` layers of `width` hidden units each; it has no use for heads, feed_forward, norm and positions
};
enum class NormPlacement { Pre, Post };
enum class PositionEncoding { Learned, None };
/// How a transition becomes tokens.
enum class TokenScheme {
  One,    ///< one token: previous action, reward and end, and the observation; the action is read from it
  Three,  ///< the paper's: observation, action and reward tokens; the action is read from the observation token
};

/// The shape of a causal transformer, or of the recurrent network in its place. Defaults are Limbeck's small model, not
/// the paper's (method: appendix L of Laskin et al.).
struct TransformerConfig {
  EnvironmentSpec spec;
  int context_length = 300;  ///< transitions
  int layers = 4;
  int heads = 4;
  int width = 64;
  int feed_forward = 256;
  NormPlacement norm = NormPlacement::Pre;
  PositionEncoding positions = PositionEncoding::Learned;
  TokenScheme tokens = TokenScheme::One;
  double dropout = 0.0;            ///< on embeddings and both residual branches
  double attention_dropout = 0.0;  ///< on attention weights
  /// Probability that a token is replaced by embed.mask in training (the paper's input masking). Each prediction still
  /// sees its own observation: where that token is hidden from later positions, its own position carries no loss.
  double input_mask = 0.0;
  double label_smoothing = 0.0;
  // What follows came later: at its default it is left out of checkpoints (model_json.h).
  Backbone backbone = Backbone::Transformer;
  /// Lstm only: also names the value of where it stands, is trained online over whole trials (core/meta), and when it
  /// decodes carries its memory over all that it sees, without a window. `context_length` is then a trial's
  /// transitions.
  bool actor_critic = false;

  bool hasPositions() const { return backbone == Backbone::Transformer && positions == PositionEncoding::Learned; }
  bool hasFinalNorm() const { return backbone == Backbone::Transformer && norm == NormPlacement::Pre; }
  int headWidth() const { return width / heads; }
  /// Tokens in a full context.
  int sequenceLength() const { return tokens == TokenScheme::One ? context_length : 3 * context_length; }
  bool operator==(const TransformerConfig&) const = default;
};

/// Throws Error(InvalidArgument) naming key, value and limit (heads that do not divide width, probabilities outside [0,
/// 1), what an LSTM has no use for, ...).
void validate(const TransformerConfig& config);

}  // namespace limbeck
