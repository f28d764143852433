// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <memory>

#include "core/model/sequence_model.h"
#include "core/model/torch/flat_state.h"
#include "core/model/torch/input_block.h"
#include "core/model/torch/torch_network.h"

namespace limbeck::torch_backend {

/// One training step over a whole batch as a fixed sequence of operations: for a given shape of inputs the same ones on
/// the same memory every time, and none that the host has to wait for. That is what a CUDA graph can record; everywhere
/// else it simply runs. `state` must outlive it.
class StaticStep {
 public:
  StaticStep(const TransformerConfig& config, const ModelOptions& options, Attending attending, FlatState& state);

  /// Enqueues forward, backward, clipping and AdamW. `inputs` hold targets and the UpdateNumbers. Every draw comes from
  /// `generator`. Does not count the update.
  void run(const InputBlock& inputs, const at::Generator& generator) const;

  /// Where `run` leaves loss, accuracy and gradient norm: float [3] on the device, always the same memory.
  const at::Tensor& results() const { return results_; }

 private:
  TransformerConfig config_;
  ModelOptions options_;
  FlatState& state_;
  at::Tensor gradient_;  ///< flat
  std::unique_ptr<TorchNetwork> model_;
  at::Tensor results_;
};

}  // namespace limbeck::torch_backend
