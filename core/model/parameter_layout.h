// SPDX-License-Identifier: GPL-3.0-or-later
// Names, shapes and meaning of every parameter, for all backends and for checkpoints. With W = width, F = feed_forward:
//   embed.observation.<i>   [observation_classes[i], W]    one table a component, summed
//   embed.action            [action_count + 1, W]          previous action; the last row is "none"
//   embed.reward            [W]                            times the previous reward
//   embed.end               [2, W]                         did the previous transition end its episode (One only)
//   embed.mask              [W]                            stands for a hidden token (only when input_mask > 0)
//   embed.position          [sequence_length, W]           (Learned only)
//   layers.<l>.norm1.weight / .bias   [W]
//   layers.<l>.attention.qkv.weight   [3W, W], .bias [3W]     rows: queries, keys, values; each split into heads
//   layers.<l>.attention.out.weight   [W, W],  .bias [W]
//   layers.<l>.norm2.weight / .bias   [W]
//   layers.<l>.mlp.in.weight          [F, W],  .bias [F]      then GELU (tanh form)
//   layers.<l>.mlp.out.weight         [W, F],  .bias [W]
//   final_norm.weight / .bias         [W]                     (Pre only)
//   head.weight             [action_count, W], .bias [action_count]
//   value.weight            [1, W], .bias [1]              (actor_critic only)
// An LSTM has no positions and no final_norm, and for each layer instead:
//   layers.<l>.lstm.input.weight      [4W, W], .bias [4W]     rows: input, forget, cell and output gate
//   layers.<l>.lstm.hidden.weight     [4W, W]                 times the layer's last output; no bias of its own
// Linear layers are y = x Wᵀ + b. Three tokens a transition: the observation, action and reward tokens are
// embed.observation, embed.action and embed.reward each with its own position.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/rng.h"
#include "core/model/tensor_file.h"
#include "core/model/transformer_config.h"

namespace limbeck {

struct ParameterInfo {
  std::string name;
  std::vector<std::int64_t> shape;
  std::int64_t offset = 0;  ///< into one flat buffer of all parameters, in list order
  std::int64_t size = 0;
  bool decays = false;  ///< weight decay applies
};

/// In the order above.
std::vector<ParameterInfo> parameterLayout(const TransformerConfig& config);
std::int64_t parameterCount(const TransformerConfig& config);

/// Fresh weights: normal(0, 0.02) for tables and matrices, attention.out and mlp.out scaled by 1 / sqrt(2 layers)
/// (GPT-2), biases 0, norms 1. An LSTM, which has no norm that would make its input large: uniform within 1 /
/// sqrt(width) for matrices, normal(0, 0.5) for tables, and 1 for the forget gate's bias, so that it begins by
/// remembering (Jozefowicz et al. 2015); heads as above. Each parameter draws from rng.split(name).
TensorMap initialParameters(const TransformerConfig& config, const Rng& rng);

}  // namespace limbeck
