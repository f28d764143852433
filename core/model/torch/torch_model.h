// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "core/model/sequence_model.h"
#include "core/model/torch/torch_transformer.h"

namespace limbeck::torch_backend {

/// LibTorch's autograd behind SequenceModel. On the CPU the windows of a batch are dealt out to the team in slices;
/// each worker has its own gradient buffer, and they are added in order, so that the result depends on the number of
/// threads only. Weights, moments and gradients are flat buffers: AdamW is then eight lines, and its state needs no
/// poking into an optimiser object whose insides change between LibTorch versions.
class TorchModel final : public SequenceModel {
 public:
  TorchModel(const TransformerConfig& config, const ModelOptions& options, Team& team, const Rng& rng);

  const TransformerConfig& config() const override { return config_; }
  std::string describe() const override;
  TrainStepResult trainStep(const ContextBatch& batch, double learning_rate, const Rng& rng) override;
  void logProbabilities(const ContextBatch& batch, std::span<float> out) override;
  std::unique_ptr<Decoder> makeDecoder(const DecoderOptions& options) const override;
  TensorMap exportState(bool with_optimizer) const override;
  void importState(const TensorMap& tensors) override;

 private:
  struct Worker {
    at::Tensor gradient;  ///< flat
    std::unique_ptr<TorchTransformer> model;
  };
  struct Slice;

  TrainStepResult step(const ContextBatch& batch, double learning_rate, const Rng& rng);
  std::vector<Slice> cutIntoSlices(const ContextBatch& batch, const Rng& rng) const;
  void runSlice(const ContextBatch& batch, Slice& slice, double counted, const Worker& worker) const;
  void applyAdamW(const at::Tensor& gradient, double learning_rate);
  TokenTensors windowTensors(const ContextBatch& batch, int begin, int count) const;
  void checkBatch(const ContextBatch& batch) const;
  void forEachWorker(const std::function<void(int)>& work) const;

  TransformerConfig config_;
  ModelOptions options_;
  Team& team_;
  at::Device device_;
  at::Tensor flat_;  ///< all weights
  at::Tensor first_moment_;
  at::Tensor second_moment_;
  at::Tensor decays_;  ///< 1 where weight decay applies, else 0
  std::int64_t updates_ = 0;
  std::vector<Worker> workers_;
};

}  // namespace limbeck::torch_backend
