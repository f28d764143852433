// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <span>
#include <string>

#include "core/model/sequence_model.h"
#include "core/model/torch/flat_state.h"
#include "core/model/torch/torch_network.h"
#include "core/model/torch/trainer.h"

namespace limbeck::torch_backend {

/// LibTorch's autograd behind SequenceModel. On the CPU each thread of the team runs LibTorch for itself on a share of
/// the windows; a GPU takes them all at once. Weights, moments and gradients are flat buffers: AdamW is then ten lines,
/// and its state needs no poking into an optimiser object whose insides change between LibTorch versions.
class TorchModel final : public SequenceModel {
 public:
  TorchModel(const TransformerConfig& config, const ModelOptions& options, Team& team, const Rng& rng);

  const TransformerConfig& config() const override { return config_; }
  std::string describe() const override;
  TrainStepResult trainStep(const ContextBatch& batch, double learning_rate, const Rng& rng) override;
  void logProbabilities(const ContextBatch& batch, std::span<float> out) override;
  std::unique_ptr<Decoder> makeDecoder(const DecoderOptions& options) const override;
  std::unique_ptr<OnlineLearner> makeOnlineLearner(int streams) override;
  TensorMap exportState(bool with_optimizer) const override;
  void importState(const TensorMap& tensors) override;

 private:
  void checkBatch(const ContextBatch& batch) const;
  /// Does the team share the work, each thread with a part of the windows?
  bool isShared() const { return options_.device == Device::Cpu && options_.torch_style == TorchStyle::Tuned; }
  /// How many threads LibTorch itself works with where the team does not share the work.
  int ownThreads() const { return options_.device == Device::Cpu ? team_.size() : 1; }
  std::unique_ptr<Trainer> makeTrainer();
  int windowsAtOnce(const ContextBatch& batch) const;

  TransformerConfig config_;
  ModelOptions options_;
  Team& team_;
  at::Device device_;
  FlatState state_;
  std::unique_ptr<TorchNetwork> evaluated_;  ///< views of the weights, without gradients
  std::unique_ptr<Trainer> trainer_;
};

}  // namespace limbeck::torch_backend
