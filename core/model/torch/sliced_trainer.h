// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <vector>

#include "core/base/team.h"
#include "core/model/torch/flat_state.h"
#include "core/model/torch/torch_network.h"
#include "core/model/torch/trainer.h"

namespace limbeck::torch_backend {

/// Windows a CPU worker handles at once: few, so that a slice's activations stay in the cache. An LSTM takes one token
/// of each window at a time, so it wants more of them to have something to multiply.
inline int windowsPerSlice(const TransformerConfig& config) {
  return config.backbone == Backbone::Lstm ? 16 : 8;
}

/// Training on the CPU: the batch is cut into slices, dealt out to the threads of a team. Each thread runs LibTorch for
/// itself and adds into a gradient of its own; these are added in order, so that the result depends on the number of
/// threads only. `state` and `team` must outlive it.
class SlicedTrainer final : public Trainer {
 public:
  SlicedTrainer(const TransformerConfig& config, const ModelOptions& options, FlatState& state, Team& team);
  TrainStepResult step(const ContextBatch& batch, double learning_rate, const Rng& rng) override;

 private:
  struct Worker {
    at::Tensor gradient;  ///< flat
    std::unique_ptr<TorchNetwork> model;
  };
  struct Slice;

  std::vector<Slice> cutIntoSlices(const ContextBatch& batch, const Rng& rng) const;
  void runSlice(const ContextBatch& batch, Slice& slice, double counted, const Worker& worker) const;

  TransformerConfig config_;
  ModelOptions options_;
  FlatState& state_;
  Team& team_;
  std::vector<Worker> workers_;
};

}  // namespace limbeck::torch_backend
