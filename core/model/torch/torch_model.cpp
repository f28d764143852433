// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/torch_model.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/model/parameter_layout.h"
#include "core/model/torch/torch_decoder.h"
#include "core/model/torch/torch_device.h"

namespace limbeck::torch_backend {
namespace {

// Windows a CPU worker handles at once: few, so that a slice's activations stay in the cache. A GPU takes the batch
// whole.
constexpr int kWindowsPerSlice = 8;

at::Device findDevice(Device device) {
  if (device == Device::Cuda && !at::hasCUDA()) {
    throw Error(ErrorCode::DeviceFailure,
                "compute.device = cuda: this LibTorch sees no CUDA device; choose cpu, or install a CUDA build");
  }
  return at::Device(deviceType(device));
}

void copyIn(const TransformerConfig& config, const TensorMap& tensors, const std::string& prefix,
            const at::Tensor& flat) {
  const c10::NoGradGuard no_grad;
  for (const ParameterInfo& info : parameterLayout(config)) {
    const auto found = tensors.find(prefix + info.name);
    if (found == tensors.end())
      throw Error(ErrorCode::Corrupt, fmt::format("tensor '{}{}' is missing", prefix, info.name));
    if (found->second.shape != info.shape) {
      throw Error(ErrorCode::Corrupt,
                  fmt::format("tensor '{}{}' has shape [{}] but the architecture wants [{}]", prefix, info.name,
                              fmt::join(found->second.shape, ", "), fmt::join(info.shape, ", ")));
    }
    const at::Tensor values = at::from_blob(const_cast<float*>(found->second.values.data()), {info.size}, at::kFloat);
    flat.narrow(0, info.offset, info.size).copy_(values);
  }
}

void copyOut(const TransformerConfig& config, const std::string& prefix, const at::Tensor& flat, TensorMap& tensors) {
  const at::Tensor here = flat.to(at::kCPU).contiguous();
  const float* const values = here.data_ptr<float>();
  for (const ParameterInfo& info : parameterLayout(config)) {
    tensors[prefix + info.name] = {info.shape, {values + info.offset, values + info.offset + info.size}};
  }
}

constexpr const char* kFirstMoment = "optimizer.first_moment.";
constexpr const char* kSecondMoment = "optimizer.second_moment.";
constexpr const char* kOptimizerStep = "optimizer.step";

}  // namespace

/// A run of windows and what came out of it.
struct TorchModel::Slice {
  int begin = 0;
  int count = 0;
  at::Generator generator;
  at::Tensor hidden;  ///< see TrainingNoise
  at::Tensor counts;  ///< float [windows, length], 0 where the observation is hidden and the position carries no loss
  double loss = 0.0;  ///< sums over counted positions
  double correct = 0.0;
};

TorchModel::TorchModel(const TransformerConfig& config, const ModelOptions& options, Team& team, const Rng& rng)
    : config_(config), options_(options), team_(team), device_(findDevice(options.device)) {
  const std::vector<ParameterInfo> layout = parameterLayout(config_);
  const std::int64_t size = layout.back().offset + layout.back().size;
  const auto zeros = [&] { return at::zeros({size}, at::TensorOptions(at::kFloat).device(device_)); };
  flat_ = zeros();
  first_moment_ = zeros();
  second_moment_ = zeros();
  decays_ = zeros();
  for (const ParameterInfo& info : layout) decays_.narrow(0, info.offset, info.size).fill_(info.decays ? 1.0 : 0.0);
  copyIn(config_, initialParameters(config_, rng), "", flat_);
  const int workers = options_.device == Device::Cpu ? team_.size() : 1;
  for (int i = 0; i < workers; ++i) {
    const at::Tensor gradient = zeros();
    workers_.push_back({gradient, std::make_unique<TorchTransformer>(config_, viewWeights(config_, flat_, gradient))});
  }
}

std::string TorchModel::describe() const {
  return fmt::format("LibTorch {}, {}, {}, {} thread{}", TORCH_VERSION, options_.device == Device::Cpu ? "cpu" : "cuda",
                     options_.precision == Precision::Float32 ? "fp32" : "bf16", workers_.size(),
                     workers_.size() == 1 ? "" : "s");
}

void TorchModel::checkBatch(const ContextBatch& batch) const {
  LIMBECK_CHECK(
      batch.windows > 0 && batch.length > 0 && batch.length <= config_.context_length,
      fmt::format("{} windows of {} for a context of {}", batch.windows, batch.length, config_.context_length));
  LIMBECK_CHECK(batch.observation_size == config_.spec.observationSize(), "the batch is of another environment");
}

void TorchModel::forEachWorker(const std::function<void(int)>& work) const {
  if (workers_.size() == 1) {
    useOneThread();
    work(0);
    return;
  }
  team_.run([&](int worker) {
    useOneThread();
    work(worker);
  });
}

TokenTensors TorchModel::windowTensors(const ContextBatch& batch, int begin, int count) const {
  const auto part = [&]<typename T>(const std::vector<T>& column, int per_place) {
    const auto stride = static_cast<std::size_t>(batch.length) * static_cast<std::size_t>(per_place);
    return std::span<const T>(column).subspan(static_cast<std::size_t>(begin) * stride,
                                              static_cast<std::size_t>(count) * stride);
  };
  return toTensors(part(batch.observations, batch.observation_size), part(batch.previous_actions, 1),
                   part(batch.previous_rewards, 1), part(batch.previous_ends, 1), count, batch.length, device_);
}

std::vector<TorchModel::Slice> TorchModel::cutIntoSlices(const ContextBatch& batch, const Rng& rng) const {
  const int size = options_.device == Device::Cpu ? kWindowsPerSlice : batch.windows;
  const int tokens = workers_[0].model->tokenCount(batch.length);
  std::vector<Slice> slices;
  for (int begin = 0; begin < batch.windows; begin += size) {
    Slice slice;
    slice.begin = begin;
    slice.count = std::min(size, batch.windows - begin);
    // Each slice has its own stream, so that its draws do not depend on which worker runs it.
    slice.generator = at::globalContext().defaultGenerator(device_).clone();
    slice.generator.set_current_seed(rng.split("slice", static_cast<std::uint64_t>(begin)).next());
    slice.counts = at::ones({slice.count, batch.length}, flat_.options());
    if (config_.input_mask > 0.0) {
      slice.hidden = at::empty({slice.count, tokens}, flat_.options())
                         .bernoulli_(config_.input_mask, slice.generator)
                         .to(at::kBool);
      // The action is read from the observation's token: where that is hidden there is nothing to answer.
      slice.counts = slice.hidden.slice(1, 0, tokens, workers_[0].model->tokensPerStep()).logical_not().to(at::kFloat);
    }
    slices.push_back(std::move(slice));
  }
  return slices;
}

void TorchModel::runSlice(const ContextBatch& batch, Slice& slice, double counted, const Worker& worker) const {
  const TrainingNoise noise{slice.generator, slice.hidden};
  at::Tensor loss;
  {
    const AutocastScope autocast(options_.device, options_.precision);
    const at::Tensor logits =
        worker.model->logits(windowTensors(batch, slice.begin, slice.count), &noise);  // [B, L, A]
    const std::size_t first = static_cast<std::size_t>(slice.begin) * static_cast<std::size_t>(batch.length);
    const at::Tensor targets =
        at::from_blob(const_cast<std::uint8_t*>(batch.actions.data()) + first, {slice.count, batch.length}, at::kByte)
            .to(device_, at::kLong);
    const at::Tensor log_probabilities = logits.log_softmax(-1);
    const at::Tensor chosen = log_probabilities.gather(-1, targets.unsqueeze(-1)).squeeze(-1);
    at::Tensor each = -chosen;
    if (config_.label_smoothing > 0.0) {
      each = each * (1.0 - config_.label_smoothing) - log_probabilities.mean(-1) * config_.label_smoothing;
    }
    loss = (each * slice.counts).sum() / counted;
    slice.correct = (logits.argmax(-1).eq(targets) * slice.counts).sum().item<double>();
  }
  loss.backward();
  slice.loss = loss.item<double>();
}

TrainStepResult TorchModel::trainStep(const ContextBatch& batch, double learning_rate, const Rng& rng) {
  checkBatch(batch);
  return translated("training", [&] { return step(batch, learning_rate, rng); });
}

TrainStepResult TorchModel::step(const ContextBatch& batch, double learning_rate, const Rng& rng) {
  std::vector<Slice> slices = cutIntoSlices(batch, rng);
  double counted = 0.0;
  for (const Slice& slice : slices) counted += slice.counts.sum().item<double>();
  counted = std::max(counted, 1.0);
  const int count = static_cast<int>(slices.size());
  forEachWorker([&](int index) {
    const Worker& worker = workers_[static_cast<std::size_t>(index)];
    worker.gradient.zero_();
    const int workers = static_cast<int>(workers_.size());
    const auto end = shareBegin(count, index + 1, workers);
    for (auto i = shareBegin(count, index, workers); i < end; ++i) {
      runSlice(batch, slices[static_cast<std::size_t>(i)], counted, worker);
    }
  });
  const at::Tensor gradient = workers_[0].gradient;
  {
    const c10::NoGradGuard no_grad;
    for (std::size_t i = 1; i < workers_.size(); ++i) gradient.add_(workers_[i].gradient);
  }
  TrainStepResult result;
  for (const Slice& slice : slices) {
    result.loss += slice.loss;
    result.accuracy += slice.correct / counted;
  }
  result.gradient_norm = gradient.norm().item<double>();
  if (std::isfinite(result.loss) && std::isfinite(result.gradient_norm)) {
    const double clip = options_.optimizer.gradient_clip;
    if (clip > 0.0 && result.gradient_norm > clip) gradient.mul_(clip / result.gradient_norm);
    applyAdamW(gradient, learning_rate);
  }
  return result;
}

void TorchModel::applyAdamW(const at::Tensor& gradient, double learning_rate) {
  const c10::NoGradGuard no_grad;
  const OptimizerOptions& options = options_.optimizer;
  ++updates_;
  const double bias1 = 1.0 - std::pow(options.beta1, static_cast<double>(updates_));
  const double bias2 = 1.0 - std::pow(options.beta2, static_cast<double>(updates_));
  first_moment_.mul_(options.beta1).add_(gradient, 1.0 - options.beta1);
  second_moment_.mul_(options.beta2).addcmul_(gradient, gradient, 1.0 - options.beta2);
  const at::Tensor deviation = second_moment_.div(bias2).sqrt_().add_(options.epsilon);
  flat_.addcmul_(flat_, decays_, -learning_rate * options.weight_decay);
  flat_.addcdiv_(first_moment_, deviation, -learning_rate / bias1);
}

void TorchModel::logProbabilities(const ContextBatch& batch, std::span<float> out) {
  checkBatch(batch);
  const auto row = static_cast<std::size_t>(batch.length) * static_cast<std::size_t>(config_.spec.action_count);
  LIMBECK_CHECK(out.size() == row * static_cast<std::size_t>(batch.windows), "logProbabilities: wrong output size");
  const int slices = (batch.windows + kWindowsPerSlice - 1) / kWindowsPerSlice;
  const auto evaluate = [&](int begin, int count) {
    const at::Tensor logits = workers_[0].model->logits(windowTensors(batch, begin, count));
    const at::Tensor here = logits.log_softmax(-1).to(at::kCPU).contiguous();
    std::ranges::copy(std::span(here.data_ptr<float>(), row * static_cast<std::size_t>(count)),
                      out.begin() + static_cast<std::ptrdiff_t>(row) * begin);
  };
  translated("evaluating", [&] {
    forEachWorker([&](int worker) {
      const c10::NoGradGuard no_grad;
      const AutocastScope autocast(options_.device, options_.precision);
      const int workers = static_cast<int>(workers_.size());
      const auto end = shareBegin(slices, worker + 1, workers);
      for (auto i = shareBegin(slices, worker, workers); i < end; ++i) {
        const int begin = static_cast<int>(i) * kWindowsPerSlice;
        evaluate(begin, std::min(kWindowsPerSlice, batch.windows - begin));
      }
    });
  });
}

std::unique_ptr<Decoder> TorchModel::makeDecoder(const DecoderOptions& options) const {
  return translated("preparing to decode", [&]() -> std::unique_ptr<Decoder> {
    const c10::NoGradGuard no_grad;
    TorchTransformer frozen(config_, viewWeights(config_, flat_.clone()));
    if (workers_.size() > 1) return std::make_unique<TeamDecoder>(frozen, options, options_.precision, team_);
    return std::make_unique<TorchDecoder>(std::move(frozen), options, options_.device, options_.precision);
  });
}

TensorMap TorchModel::exportState(bool with_optimizer) const {
  TensorMap tensors;
  copyOut(config_, "", flat_, tensors);
  if (!with_optimizer) return tensors;
  copyOut(config_, kFirstMoment, first_moment_, tensors);
  copyOut(config_, kSecondMoment, second_moment_, tensors);
  tensors[kOptimizerStep] = {{1}, {static_cast<float>(updates_)}};
  return tensors;
}

void TorchModel::importState(const TensorMap& tensors) {
  // Into copies first: a checkpoint that turns out damaged half way leaves the model as it was.
  const at::Tensor flat = flat_.clone();
  const at::Tensor first = at::zeros_like(flat_);
  const at::Tensor second = at::zeros_like(flat_);
  std::int64_t updates = 0;
  copyIn(config_, tensors, "", flat);
  if (const auto found = tensors.find(kOptimizerStep); found != tensors.end()) {
    if (found->second.values.size() != 1)
      throw Error(ErrorCode::Corrupt, "tensor 'optimizer.step' must hold one number");
    updates = static_cast<std::int64_t>(found->second.values[0]);
    copyIn(config_, tensors, kFirstMoment, first);
    copyIn(config_, tensors, kSecondMoment, second);
  }
  const c10::NoGradGuard no_grad;
  flat_.copy_(flat);
  first_moment_.copy_(first);
  second_moment_.copy_(second);
  updates_ = updates;
}

}  // namespace limbeck::torch_backend
