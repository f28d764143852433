// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/torch_model.h"

#include <c10/core/GradMode.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/model/parameter_layout.h"
#include "core/model/torch/lstm_decoder.h"
#include "core/model/torch/sliced_trainer.h"
#include "core/model/torch/step_runner.h"
#include "core/model/torch/team_decoder.h"
#include "core/model/torch/thread_use.h"
#include "core/model/torch/torch_decoder.h"
#include "core/model/torch/torch_device.h"
#include "core/model/torch/torch_lstm.h"
#include "core/model/torch/torch_online_learner.h"
#include "core/model/torch/torch_transformer.h"
#include "core/model/torch/whole_trainer.h"
#if LIMBECK_TORCH_CUDA
#include "core/model/torch/cuda_graph_runner.h"
#endif

namespace limbeck::torch_backend {
namespace {

// What bounds the memory of one pass of evaluation where the windows are not cut into slices.
constexpr std::int64_t kTokensAtOnce = 1 << 17;
constexpr std::int64_t kScoresAtOnce = 1 << 28;

at::Device findDevice(Device device) {
  if (device == Device::Cuda && !at::hasCUDA()) {
    throw Error(ErrorCode::DeviceFailure,
                "compute.device = cuda: this LibTorch sees no CUDA device; choose cpu, or install a CUDA build");
  }
  return at::Device(deviceType(device));
}

Attending attendingOf(const ModelOptions& options) {
  const bool is_plain = options.device == Device::Cpu && options.torch_style == TorchStyle::Plain;
  return is_plain ? Attending::WholeWindow : Attending::Blocks;
}

}  // namespace

TorchModel::TorchModel(const TransformerConfig& config, const ModelOptions& options, Team& team, const Rng& rng)
    : config_(config),
      options_(options),
      team_(team),
      device_(findDevice(options.device)),
      state_(config_, device_),
      evaluated_(makeNetwork(config_, viewWeights(config_, state_.weights), attendingOf(options))) {
  state_.importFrom(config_, initialParameters(config_, rng));
  trainer_ = makeTrainer();
}

std::unique_ptr<Trainer> TorchModel::makeTrainer() {
  if (isShared()) return std::make_unique<SlicedTrainer>(config_, options_, state_, team_);
#if LIMBECK_TORCH_CUDA
  // CUDA's own LSTM prepares itself on the host, which a recording does not survive.
  const bool is_recorded = options_.device == Device::Cuda && config_.backbone == Backbone::Transformer;
  auto runner = is_recorded ? makeCudaGraphRunner(device_) : makeDirectRunner(device_);
#else
  auto runner = makeDirectRunner(device_);
#endif
  return std::make_unique<WholeTrainer>(config_, options_, attendingOf(options_), state_, std::move(runner),
                                        ownThreads());
}

std::string TorchModel::describe() const {
  return fmt::format(
      "LibTorch {}{}, {}, {}, {} thread{}", TORCH_VERSION,
      attendingOf(options_) == Attending::WholeWindow ? " plain" : "", options_.device == Device::Cpu ? "cpu" : "cuda",
      options_.precision == Precision::Float32 ? "fp32" : "bf16", options_.device == Device::Cpu ? team_.size() : 1,
      options_.device == Device::Cuda || team_.size() == 1 ? "" : "s");
}

void TorchModel::checkBatch(const ContextBatch& batch) const {
  LIMBECK_CHECK(
      batch.windows > 0 && batch.length > 0 && batch.length <= config_.context_length,
      fmt::format("{} windows of {} for a context of {}", batch.windows, batch.length, config_.context_length));
  LIMBECK_CHECK(batch.observation_size == config_.spec.observationSize(), "the batch is of another environment");
}

TrainStepResult TorchModel::trainStep(const ContextBatch& batch, double learning_rate, const Rng& rng) {
  checkBatch(batch);
  return translated("training", [&] { return trainer_->step(batch, learning_rate, rng); });
}

int TorchModel::windowsAtOnce(const ContextBatch& batch) const {
  if (isShared()) return windowsPerSlice(config_);
  const std::int64_t tokens = evaluated_->tokenCount(batch.length);
  std::int64_t windows = kTokensAtOnce / tokens;
  if (attendingOf(options_) == Attending::WholeWindow) {
    windows = std::min(windows, kScoresAtOnce / (config_.heads * tokens * tokens));
  }
  return static_cast<int>(std::clamp<std::int64_t>(windows, 1, batch.windows));
}

void TorchModel::logProbabilities(const ContextBatch& batch, std::span<float> out) {
  checkBatch(batch);
  const auto row = static_cast<std::size_t>(batch.length) * static_cast<std::size_t>(config_.spec.action_count);
  LIMBECK_CHECK(out.size() == row * static_cast<std::size_t>(batch.windows), "logProbabilities: wrong output size");
  const int at_once = windowsAtOnce(batch);
  const std::int64_t parts = (batch.windows + at_once - 1) / at_once;
  const auto evaluate = [&](std::int64_t first, std::int64_t end) {
    const c10::NoGradGuard no_grad;
    const AutocastScope autocast(options_.device, options_.precision);
    for (std::int64_t part = first; part < end; ++part) {
      const int begin = static_cast<int>(part) * at_once;
      const int count = std::min(at_once, batch.windows - begin);
      const at::Tensor logits = evaluated_->logits(windowTensors(batch, begin, count, device_));
      const at::Tensor here = logits.log_softmax(-1).to(at::kCPU).contiguous();
      std::ranges::copy(std::span(here.data_ptr<float>(), row * static_cast<std::size_t>(count)),
                        out.begin() + static_cast<std::ptrdiff_t>(row) * begin);
    }
  };
  translated("evaluating", [&] {
    if (isShared()) {
      runOnTeam(team_, [&](int worker) {
        evaluate(shareBegin(parts, worker, team_.size()), shareBegin(parts, worker + 1, team_.size()));
      });
    } else {
      useThreads(ownThreads());
      evaluate(0, parts);
    }
  });
}

std::unique_ptr<Decoder> TorchModel::makeDecoder(const DecoderOptions& options) const {
  return translated("preparing to decode", [&]() -> std::unique_ptr<Decoder> {
    const c10::NoGradGuard no_grad;
    const Weights frozen = viewWeights(config_, state_.weights.clone());
    const TorchDecoderPlace place{options_.device, options_.precision, isShared() ? 1 : ownThreads()};
    const auto make = [&](int streams) -> std::unique_ptr<Decoder> {
      DecoderOptions own = options;
      own.streams = streams;
      if (config_.backbone == Backbone::Lstm) {
        return std::make_unique<LstmDecoder>(TorchLstm(config_, frozen), own, place);
      }
      return std::make_unique<TorchDecoder>(TorchTransformer(config_, frozen, attendingOf(options_)), own, place);
    };
    if (isShared()) return std::make_unique<TeamDecoder>(config_, options.streams, team_, make);
    return make(options.streams);
  });
}

std::unique_ptr<OnlineLearner> TorchModel::makeOnlineLearner(int streams) {
  if (!config_.actor_critic) return SequenceModel::makeOnlineLearner(streams);
  return translated("preparing to learn online", [&]() -> std::unique_ptr<OnlineLearner> {
    return std::make_unique<TorchOnlineLearner>(config_, options_, state_, team_, streams);
  });
}

TensorMap TorchModel::exportState(bool with_optimizer) const {
  return state_.exportTo(config_, with_optimizer);
}

void TorchModel::importState(const TensorMap& tensors) {
  state_.importFrom(config_, tensors);
}

}  // namespace limbeck::torch_backend
