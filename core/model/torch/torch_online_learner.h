// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/base/team.h"
#include "core/model/sequence_model.h"
#include "core/model/torch/flat_state.h"
#include "core/model/torch/torch_lstm.h"

namespace limbeck::torch_backend {

/// Each thread of the team acts in a share of the streams and keeps what autograd needs to go back; a GPU has one
/// share. The gradients of the shares are added in order, so that the result depends on the number of threads only.
/// `state` and `team` must outlive it.
class TorchOnlineLearner final : public OnlineLearner {
 public:
  TorchOnlineLearner(const TransformerConfig& config, const ModelOptions& options, FlatState& state, Team& team,
                     int streams);

  void act(const TokenColumns& tokens, std::span<const std::uint8_t> begins, std::span<float> log_probabilities,
           std::span<float> values) override;
  void values(const TokenColumns& tokens, std::span<float> values) override;
  ActorCriticResult update(const UnrollTargets& targets, const ActorCriticOptions& options,
                           double learning_rate) override;
  Tensor exportMemory() const override;
  void importMemory(const Tensor& memory) override;

 private:
  /// Streams [begin, begin + count).
  struct Share {
    int begin = 0;
    int count = 0;
    at::Tensor gradient;  ///< flat
    std::unique_ptr<TorchLstm> model;
    LstmMemory memory;
    std::vector<at::Tensor> logits;  ///< [steps] of [count, action_count]
    std::vector<at::Tensor> values;  ///< [steps] of [count]
    at::Tensor sums;                 ///< of policy loss, value loss and entropy: double [3] on the host
  };

  void eachShare(const std::function<void(Share& share)>& work);
  static void emptyWhere(Share& share, std::span<const std::uint8_t> begins);
  TokenTensors tokensOf(const Share& share, const TokenColumns& tokens) const;
  void runBackward(Share& share, const UnrollTargets& targets, const ActorCriticOptions& options) const;
  void checkIdle() const;

  TransformerConfig config_;
  ModelOptions options_;
  FlatState& state_;
  Team& team_;
  int streams_;
  std::vector<Share> shares_;
};

}  // namespace limbeck::torch_backend
