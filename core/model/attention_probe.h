// SPDX-License-Identifier: GPL-3.0-or-later
// What a trained transformer attends to. The fast paths never store attention weights; this is a second, plain forward
// pass over a checkpoint's parameters for the one moment that somebody looks at.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/data/context_batch.h"
#include "core/model/checkpoint.h"

namespace limbeck {

struct PlainWeights;

/// What the model looked at for its last prediction.
struct Attention {
  int layers = 0;
  int heads = 0;
  int length = 0;  ///< transitions in the context; the last one is the moment that asks
  /// [layers, heads, length], every row sums to 1. With three tokens a transition: summed over a transition's tokens.
  std::vector<float> weights;
  std::vector<float> log_probabilities;  ///< [action_count] of the next action

  float at(int layer, int head, int position) const {
    return weights[(static_cast<std::size_t>(layer) * heads + head) * length + position];
  }
};

/// A frozen transformer of any architecture whose attention can be read, in single precision on the calling thread.
/// Immutable: any number of threads may ask at once.
class AttentionProbe {
 public:
  /// Takes a copy of the parameters. Throws Error(Corrupt) for a missing or misshapen tensor,
  /// Error(InvalidArgument) for an LSTM, which attends to nothing.
  explicit AttentionProbe(const Checkpoint& checkpoint);

  const TransformerConfig& config() const;
  /// `window`: one window (windows == 1) of 1 to context_length transitions; its `actions` are not read.
  Attention inspect(const ContextBatch& window) const;

 private:
  std::shared_ptr<const PlainWeights> weights_;  // shared by copies of the probe
};

}  // namespace limbeck
