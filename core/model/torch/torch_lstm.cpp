// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/torch_lstm.h"

#include <tuple>
#include <vector>

namespace limbeck::torch_backend {

TorchLstm::TorchLstm(TransformerConfig config, Weights weights)
    : TorchNetwork(std::move(config), std::move(weights)),
      no_bias_(at::zeros({std::int64_t{4} * config_.width}, weights_.head.weight.options().requires_grad(false))) {}

LstmMemory TorchLstm::emptyMemory(std::int64_t streams) const {
  const at::Tensor zeros = at::zeros({config_.layers, streams, config_.width}, no_bias_.options());
  return {zeros, zeros.clone()};
}

at::Tensor TorchLstm::features(const TokenTensors& tokens, LstmMemory& memory, const TrainingNoise* noise) const {
  at::Tensor x = hide(embed(tokens).squeeze(2), noise);  // [B, L, W]
  x = drop(x, config_.dropout, noise).transpose(0, 1);   // [L, B, W]
  std::vector<at::Tensor> hidden;
  std::vector<at::Tensor> cell;
  for (std::int64_t layer = 0; layer < config_.layers; ++layer) {
    const LstmLayerWeights& weights = weights_.lstm_layers[static_cast<std::size_t>(layer)];
    auto [outputs, last_hidden, last_cell] =
        at::lstm(x, {memory.hidden.narrow(0, layer, 1), memory.cell.narrow(0, layer, 1)},
                 {weights.input.weight, weights.hidden, weights.input.bias, no_bias_}, /*has_biases=*/true,
                 /*num_layers=*/1, /*dropout=*/0.0, /*train=*/noise != nullptr, /*bidirectional=*/false,
                 /*batch_first=*/false);
    x = drop(outputs, config_.dropout, noise);
    hidden.push_back(last_hidden);
    cell.push_back(last_cell);
  }
  memory = {at::cat(hidden), at::cat(cell)};
  return x;
}

at::Tensor TorchLstm::logits(const TokenTensors& tokens, const TrainingNoise* noise) const {
  LstmMemory memory = emptyMemory(tokens.actions.size(0));
  return logitsOf(features(tokens, memory, noise)).transpose(0, 1);  // [B, L, actions]
}

}  // namespace limbeck::torch_backend
