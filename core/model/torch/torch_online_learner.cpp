// SPDX-License-Identifier: GPL-3.0-or-later
// Advantage actor-critic, the synchronous form of Mnih et al., "Asynchronous Methods for Deep Reinforcement Learning",
// ICML 2016: one update of every stream's last steps. What the advantages and returns are is the caller's business.
#include "core/model/torch/torch_online_learner.h"

#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/model/torch/adamw.h"
#include "core/model/torch/thread_use.h"
#include "core/model/torch/torch_device.h"

namespace limbeck::torch_backend {
namespace {

void copyTo(const at::Tensor& from, std::span<float> to, int begin) {
  const at::Tensor here = from.detach().to(at::kCPU).contiguous();
  const std::span<const float> numbers(here.data_ptr<float>(), static_cast<std::size_t>(here.numel()));
  std::ranges::copy(numbers, to.begin() + static_cast<std::ptrdiff_t>(begin) * (here.dim() == 2 ? here.size(1) : 1));
}

/// The columns of a share's streams out of [steps, streams].
template <typename T>
at::Tensor columnsOf(std::span<const T> all, std::int64_t steps, std::int64_t streams, std::int64_t begin,
                     std::int64_t count, at::ScalarType type, const at::Tensor& like) {
  const at::ScalarType stored = sizeof(T) == 1 ? at::kByte : at::kFloat;
  return at::from_blob(const_cast<T*>(all.data()), {steps, streams}, stored)
      .narrow(1, begin, count)
      .to(like.device(), type);
}

}  // namespace

TorchOnlineLearner::TorchOnlineLearner(const TransformerConfig& config, const ModelOptions& options, FlatState& state,
                                       Team& team, int streams)
    : config_(config), options_(options), state_(state), team_(team), streams_(streams) {
  LIMBECK_CHECK(streams > 0, fmt::format("an online learner of {} streams", streams));
  const int workers = options.device == Device::Cpu ? std::min(team.size(), streams) : 1;
  for (int worker = 0; worker < workers; ++worker) {
    Share share;
    share.begin = static_cast<int>(shareBegin(streams, worker, workers));
    share.count = static_cast<int>(shareBegin(streams, worker + 1, workers)) - share.begin;
    share.gradient = at::zeros_like(state_.weights);
    share.model = std::make_unique<TorchLstm>(config_, viewWeights(config_, state_.weights, share.gradient));
    share.memory = share.model->emptyMemory(share.count);
    shares_.push_back(std::move(share));
  }
}

void TorchOnlineLearner::eachShare(const std::function<void(Share& share)>& work) {
  if (options_.device == Device::Cuda) return work(shares_.front());
  runOnTeam(team_, [&](int worker) {
    if (worker < static_cast<int>(shares_.size())) work(shares_[static_cast<std::size_t>(worker)]);
  });
}

TokenTensors TorchOnlineLearner::tokensOf(const Share& share, const TokenColumns& tokens) const {
  const auto begin = static_cast<std::size_t>(share.begin);
  const auto count = static_cast<std::size_t>(share.count);
  const auto size = static_cast<std::size_t>(config_.spec.observationSize());
  return toTensors(tokens.observations.subspan(begin * size, count * size),
                   tokens.previous_actions.subspan(begin, count), tokens.previous_rewards.subspan(begin, count),
                   tokens.previous_ends.subspan(begin, count), share.count, 1, state_.weights.device());
}

/// A factor, so that no gradient runs back across the border.
void TorchOnlineLearner::emptyWhere(Share& share, std::span<const std::uint8_t> begins) {
  const auto own = begins.subspan(static_cast<std::size_t>(share.begin), static_cast<std::size_t>(share.count));
  if (std::ranges::none_of(own, [](std::uint8_t begin) { return begin != 0; })) return;
  std::vector<float> kept;
  for (const std::uint8_t begin : own) kept.push_back(begin == 0 ? 1.0F : 0.0F);
  const at::Tensor factor = at::tensor(kept).to(share.memory.hidden.device()).unsqueeze(-1);  // [S, 1]
  share.memory = {share.memory.hidden * factor, share.memory.cell * factor};
}

void TorchOnlineLearner::act(const TokenColumns& tokens, std::span<const std::uint8_t> begins,
                             std::span<float> log_probabilities, std::span<float> values) {
  const auto count = static_cast<std::size_t>(streams_);
  LIMBECK_CHECK(log_probabilities.size() == count * static_cast<std::size_t>(config_.spec.action_count) &&
                    values.size() == count && tokens.previous_actions.size() == count && begins.size() == count,
                fmt::format("{} log-probabilities and {} values for {} streams", log_probabilities.size(),
                            values.size(), streams_));
  translated("acting", [&] {
    eachShare([&](Share& share) {
      const c10::AutoGradMode with_gradient(true);
      emptyWhere(share, begins);
      const at::Tensor features = share.model->features(tokensOf(share, tokens), share.memory).select(0, 0);  // [S, W]
      share.logits.push_back(share.model->logitsOf(features));
      share.values.push_back(share.model->valuesOf(features));
      copyTo(share.logits.back().detach().log_softmax(-1), log_probabilities, share.begin);
      copyTo(share.values.back(), values, share.begin);
    });
  });
}

void TorchOnlineLearner::values(const TokenColumns& tokens, std::span<float> values) {
  LIMBECK_CHECK(values.size() == static_cast<std::size_t>(streams_),
                fmt::format("{} values for {} streams", values.size(), streams_));
  translated("judging", [&] {
    eachShare([&](Share& share) {
      const c10::NoGradGuard no_grad;
      LstmMemory memory = share.memory;
      copyTo(share.model->valuesOf(share.model->features(tokensOf(share, tokens), memory).select(0, 0)), values,
             share.begin);
    });
  });
}

void TorchOnlineLearner::runBackward(Share& share, const UnrollTargets& targets,
                                     const ActorCriticOptions& options) const {
  const auto steps = static_cast<std::int64_t>(share.logits.size());
  const auto take = [&](auto column, at::ScalarType type) {
    return columnsOf(column, steps, streams_, share.begin, share.count, type, state_.weights);  // [T, S]
  };
  const at::Tensor log_probabilities = at::stack(share.logits).log_softmax(-1);  // [T, S, actions]
  const at::Tensor chosen = log_probabilities.gather(-1, take(targets.actions, at::kLong).unsqueeze(-1)).squeeze(-1);
  const at::Tensor policy_loss = -(chosen * take(targets.advantages, at::kFloat)).sum();
  const at::Tensor value_loss = (at::stack(share.values) - take(targets.returns, at::kFloat)).square().sum() * 0.5;
  const at::Tensor entropy = -(log_probabilities.exp() * log_probabilities).sum();
  const at::Tensor loss = policy_loss + options.value_weight * value_loss - options.entropy_weight * entropy;
  share.gradient.zero_();
  (loss / (static_cast<double>(steps) * streams_)).backward();
  share.sums = at::stack({policy_loss, value_loss, entropy}).detach().to(at::kCPU, at::kDouble);
  share.logits.clear();
  share.values.clear();
  share.memory = {share.memory.hidden.detach(), share.memory.cell.detach()};
}

ActorCriticResult TorchOnlineLearner::update(const UnrollTargets& targets, const ActorCriticOptions& options,
                                             double learning_rate) {
  const std::size_t places = shares_.front().logits.size() * static_cast<std::size_t>(streams_);
  LIMBECK_CHECK(
      places > 0 && targets.actions.size() == places && targets.advantages.size() == places &&
          targets.returns.size() == places,
      fmt::format("{} actions, {} advantages and {} returns for {} steps of {} streams", targets.actions.size(),
                  targets.advantages.size(), targets.returns.size(), shares_.front().logits.size(), streams_));
  return translated("learning online", [&] {
    eachShare([&](Share& share) { runBackward(share, targets, options); });
    const at::Tensor gradient = shares_.front().gradient;
    at::Tensor sums = shares_.front().sums;
    for (std::size_t i = 1; i < shares_.size(); ++i) {
      gradient.add_(shares_[i].gradient);
      sums = sums + shares_[i].sums;
    }
    const double* const means = (sums /= static_cast<double>(places)).data_ptr<double>();
    ActorCriticResult result{.policy_loss = means[0], .value_loss = means[1], .entropy = means[2]};
    result.loss =
        result.policy_loss + options.value_weight * result.value_loss - options.entropy_weight * result.entropy;
    const UpdateNumbers numbers = updateNumbers(state_, learning_rate, options_.optimizer);
    const auto like = state_.weights.options();
    result.gradient_norm =
        clipAndUpdate(state_, gradient, at::scalar_tensor(result.loss, like),
                      at::tensor(at::ArrayRef<float>(numbers)).to(state_.weights.device()), options_.optimizer)
            .item<double>();
    if (std::isfinite(result.loss) && std::isfinite(result.gradient_norm)) ++state_.updates;
    return result;
  });
}

void TorchOnlineLearner::checkIdle() const {
  LIMBECK_CHECK(shares_.front().logits.empty(), "the memory is changed between an act and its update");
}

Tensor TorchOnlineLearner::exportMemory() const {
  checkIdle();
  std::vector<at::Tensor> parts;
  for (const Share& share : shares_) parts.push_back(at::stack({share.memory.hidden, share.memory.cell}));
  const at::Tensor all = at::cat(parts, 2).to(at::kCPU).contiguous();  // [2, layers, streams, width]
  const float* const begin = all.data_ptr<float>();
  return {all.sizes().vec(), {begin, begin + all.numel()}};
}

void TorchOnlineLearner::importMemory(const Tensor& memory) {
  checkIdle();
  const std::vector<std::int64_t> shape{2, config_.layers, streams_, config_.width};
  if (memory.shape != shape) {
    throw Error(ErrorCode::Corrupt, fmt::format("a memory of shape [{}] instead of [{}]", fmt::join(memory.shape, ", "),
                                                fmt::join(shape, ", ")));
  }
  const at::Tensor all = at::from_blob(const_cast<float*>(memory.values.data()), shape, at::kFloat);
  for (Share& share : shares_) {
    const at::Tensor own = all.narrow(2, share.begin, share.count).to(state_.weights.device(), at::kFloat, false, true);
    share.memory = {own[0].contiguous(), own[1].contiguous()};
  }
}

}  // namespace limbeck::torch_backend
