// SPDX-License-Identifier: GPL-3.0-or-later
// The LSTM in the transformer's place: the same tokens go in, the same logits come out. Source: Hochreiter and
// Schmidhuber 1997 with the forget gate of Gers et al. 2000; Laskin et al. 2022 compare it with the transformer in
// their figure 14.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <utility>

#include "core/model/torch/torch_network.h"

namespace limbeck::torch_backend {

/// What an LSTM carries from one token to the next, [layers, streams, width] each.
struct LstmMemory {
  at::Tensor hidden;
  at::Tensor cell;
};

class TorchLstm final : public TorchNetwork {
 public:
  TorchLstm(TransformerConfig config, Weights weights);

  LstmMemory emptyMemory(std::int64_t streams) const;

  at::Tensor logits(const TokenTensors& tokens, const TrainingNoise* noise = nullptr) const override;

  /// What the last layer says of the windows that follow `memory`, [length, windows, width]; `memory` is then what they
  /// leave.
  at::Tensor features(const TokenTensors& tokens, LstmMemory& memory, const TrainingNoise* noise = nullptr) const;
  /// Of features [..., width]: logits [..., action_count].
  at::Tensor logitsOf(const at::Tensor& features) const { return linear(features, weights_.head); }
  /// An actor-critic's, [...].
  at::Tensor valuesOf(const at::Tensor& features) const { return linear(features, weights_.value).squeeze(-1); }

 private:
  at::Tensor no_bias_;  ///< LibTorch wants a second bias; what it would add is in the first
};

}  // namespace limbeck::torch_backend
