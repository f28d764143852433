// SPDX-License-Identifier: GPL-3.0-or-later
// Forward and backward of one sequence by one worker.
#pragma once

#include <cstdint>

#include "core/kernels/kernels.h"
#include "core/model/fused/weights.h"
#include "core/model/fused/workspace.h"

namespace limbeck::fused {

/// Columns of one sequence, see ContextBatch.
struct SequenceTokens {
  int length = 0;
  const std::uint8_t* observations = nullptr;  ///< [length, observation_size]
  const std::uint8_t* previous_actions = nullptr;
  const float* previous_rewards = nullptr;
  const std::uint8_t* previous_ends = nullptr;
};

/// Where randomness enters one sequence in training; all off by default.
struct SequenceNoise {
  std::uint64_t key = 0;
  float dropout = 0.0F;
  float attention_dropout = 0.0F;
  const std::uint8_t* hidden = nullptr;  ///< [length], 1 for tokens hidden by input masking; null for none

  DropoutSite embedding() const { return site(0, dropout); }
  DropoutSite attentionBranch(int layer) const { return site(3 * layer + 1, dropout); }
  DropoutSite mlpBranch(int layer) const { return site(3 * layer + 2, dropout); }
  DropoutSite attentionWeights(int layer) const { return site(3 * layer + 3, attention_dropout); }

 private:
  DropoutSite site(int number, float probability) const;
};

/// One row of embeddings: `row` [width] becomes the token's, at `position`. Throws BugError for values outside their
/// tables.
void embedToken(const Weights& weights, const SequenceTokens& tokens, int index, int position, bool is_hidden,
                float* row);

/// The parts of a forward pass, each for all rows of the sequence.
class ForwardPass {
 public:
  ForwardPass(const Weights& weights, Workspace& space, const SequenceTokens& tokens, const SequenceNoise& noise = {})
      : weights_(weights), kernels_(weights.kernels), space_(space), tokens_(tokens), noise_(noise) {}

  void embed();
  /// Norm, queries, keys and values of a layer.
  void project(int layer);
  /// Attention, then feedLayer.
  void finishLayer(int layer);
  /// From the heads' outputs to the next layer's input.
  void feedLayer(int layer);
  void allLayers();
  /// Logits of a block of rows into space.logits.
  void logits(int first, int rows);

 private:
  void feedForward(int layer, int first, int rows);

  const Weights& weights_;
  const Kernels& kernels_;
  Workspace& space_;
  const SequenceTokens& tokens_;
  SequenceNoise noise_;
};

/// Adds the gradients of one sequence to `gradients` (flat, as the parameters).
class BackwardPass {
 public:
  BackwardPass(const Weights& weights, Workspace& space, const SequenceTokens& tokens, const SequenceNoise& noise,
               float* gradients)
      : weights_(weights),
        kernels_(weights.kernels),
        space_(space),
        tokens_(tokens),
        noise_(noise),
        gradients_(gradients) {}

  /// From the gradient of a block of logits (in space.logits, with space.normed as ForwardPass::logits left it) to dx.
  void head(int first, int rows);
  void allLayers();

 private:
  void feedForward(int layer, int first, int rows);
  void attentionOutput(int layer, int first, int rows);
  void projection(int layer, int first, int rows);
  void embedding();
  void linear(const PackedMatrix& matrix, std::int64_t bias, int rows, const float* dy, int lddy, const float* x,
              int ldx);
  const float* droppedGradient(const DropoutSite& site, int first, int rows);

  const Weights& weights_;
  const Kernels& kernels_;
  Workspace& space_;
  const SequenceTokens& tokens_;
  SequenceNoise noise_;
  float* gradients_;
};

}  // namespace limbeck::fused
