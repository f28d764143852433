// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/sliced_trainer.h"

#include <algorithm>
#include <cmath>

#include "core/model/torch/action_loss.h"
#include "core/model/torch/adamw.h"
#include "core/model/torch/thread_use.h"
#include "core/model/torch/torch_device.h"

namespace limbeck::torch_backend {

/// A run of windows and what came out of it.
struct SlicedTrainer::Slice {
  int begin = 0;
  int count = 0;
  at::Generator generator;
  at::Tensor hidden;     ///< see TrainingNoise
  at::Tensor counts;     ///< see actionLoss
  double counted = 0.0;  ///< positions that count
  double loss = 0.0;     ///< sums over counted positions
  double correct = 0.0;
};

SlicedTrainer::SlicedTrainer(const TransformerConfig& config, const ModelOptions& options, FlatState& state, Team& team)
    : config_(config), options_(options), state_(state), team_(team) {
  for (int i = 0; i < team_.size(); ++i) {
    const at::Tensor gradient = at::zeros_like(state_.weights);
    workers_.push_back({gradient, makeNetwork(config_, viewWeights(config_, state_.weights, gradient))});
  }
}

std::vector<SlicedTrainer::Slice> SlicedTrainer::cutIntoSlices(const ContextBatch& batch, const Rng& rng) const {
  std::vector<Slice> slices;
  const int at_once = windowsPerSlice(config_);
  for (int begin = 0; begin < batch.windows; begin += at_once) {
    Slice slice;
    slice.begin = begin;
    slice.count = std::min(at_once, batch.windows - begin);
    slice.counted = static_cast<double>(slice.count) * batch.length;
    // Each slice has its own stream, so that its draws do not depend on which worker runs it.
    slice.generator = at::globalContext().defaultGenerator(at::kCPU).clone();
    slice.generator.set_current_seed(rng.split("slice", static_cast<std::uint64_t>(begin)).next());
    if (config_.input_mask > 0.0) {
      slice.hidden = workers_[0].model->drawHidden(slice.count, batch.length, slice.generator);
      slice.counts = workers_[0].model->answered(slice.hidden);
      slice.counted = slice.counts.sum().item<double>();
    }
    slices.push_back(std::move(slice));
  }
  return slices;
}

void SlicedTrainer::runSlice(const ContextBatch& batch, Slice& slice, double counted, const Worker& worker) const {
  const TrainingNoise noise{slice.generator, slice.hidden};
  at::Tensor loss;
  {
    const AutocastScope autocast(Device::Cpu, options_.precision);
    const at::Tensor logits =
        worker.model->logits(windowTensors(batch, slice.begin, slice.count, at::kCPU), &noise);  // [B, L, A]
    const ActionLoss sums = actionLoss(logits, targetTensor(batch, slice.begin, slice.count, at::kCPU), slice.counts,
                                       config_.label_smoothing);
    loss = sums.loss / counted;
    slice.correct = sums.correct.item<double>();
  }
  loss.backward();
  slice.loss = loss.item<double>();
}

TrainStepResult SlicedTrainer::step(const ContextBatch& batch, double learning_rate, const Rng& rng) {
  std::vector<Slice> slices = cutIntoSlices(batch, rng);
  double counted = 0.0;
  for (const Slice& slice : slices) counted += slice.counted;
  counted = std::max(counted, 1.0);
  const auto count = static_cast<std::int64_t>(slices.size());
  runOnTeam(team_, [&](int index) {
    const Worker& worker = workers_[static_cast<std::size_t>(index)];
    worker.gradient.zero_();
    const auto end = shareBegin(count, index + 1, team_.size());
    for (auto i = shareBegin(count, index, team_.size()); i < end; ++i) {
      runSlice(batch, slices[static_cast<std::size_t>(i)], counted, worker);
    }
  });
  const at::Tensor gradient = workers_[0].gradient;
  for (std::size_t i = 1; i < workers_.size(); ++i) gradient.add_(workers_[i].gradient);
  TrainStepResult result;
  for (const Slice& slice : slices) {
    result.loss += slice.loss;
    result.accuracy += slice.correct / counted;
  }
  const UpdateNumbers numbers = updateNumbers(state_, learning_rate, options_.optimizer);
  result.gradient_norm = clipAndUpdate(state_, gradient, at::scalar_tensor(result.loss),
                                       at::tensor(at::ArrayRef<float>(numbers)), options_.optimizer)
                             .item<double>();
  if (std::isfinite(result.loss) && std::isfinite(result.gradient_norm)) ++state_.updates;
  return result;
}

}  // namespace limbeck::torch_backend
