// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/fused/trainer_state.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace limbeck::fused {

TrainerState::TrainerState(Weights& weights, const OptimizerOptions& options, Team& team)
    : first_moment(weights.layout.size),
      second_moment(weights.layout.size),
      weights_(weights),
      options_(options),
      team_(team),
      squares_(static_cast<std::size_t>(team.size())) {
  for (int i = 0; i < team.size(); ++i) gradients_.emplace_back(weights.layout.size);
  reduce_work_ = [this](int worker) { reduceShare(worker); };
  update_work_ = [this](int worker) { updateShare(worker); };
  pack_work_ = [this](int worker) { weights_.repack(worker, team_.size()); };
}

float* TrainerState::clearedGradients(int worker) {
  AlignedBuffer& buffer = gradients_[static_cast<std::size_t>(worker)];
  std::ranges::fill(buffer.span(), 0.0F);
  return buffer.data();
}

/// Shares begin on a cache line, so that two workers never write the same one.
std::int64_t TrainerState::shareOf(int worker) const {
  return worker == team_.size() ? weights_.layout.size
                                : shareBegin(weights_.layout.size / 16, worker, team_.size()) * 16;
}

double TrainerState::reduceGradients() {
  team_.run(reduce_work_);
  return std::sqrt(std::accumulate(squares_.begin(), squares_.end(), 0.0));
}

void TrainerState::reduceShare(int worker) {
  const std::int64_t begin = shareOf(worker);
  const std::int64_t count = shareOf(worker + 1) - begin;
  float* const sum = gradients_.front().data() + begin;
  double& squares = squares_[static_cast<std::size_t>(worker)];
  if (gradients_.size() == 1) squares = weights_.kernels.addSquares(count, sum, nullptr);
  for (std::size_t i = 1; i < gradients_.size(); ++i) {
    squares = weights_.kernels.addSquares(count, sum, gradients_[i].data() + begin);
  }
}

void TrainerState::update(double learning_rate, double gradient_norm) {
  ++step;
  const double count = static_cast<double>(step);
  const double clip = options_.gradient_clip;
  adamw_ = {.learning_rate = static_cast<float>(learning_rate / (1.0 - std::pow(options_.beta1, count))),
            .decay_factor = 1.0F,
            .beta1 = static_cast<float>(options_.beta1),
            .beta2 = static_cast<float>(options_.beta2),
            .one_minus_beta1 = static_cast<float>(1.0 - options_.beta1),
            .one_minus_beta2 = static_cast<float>(1.0 - options_.beta2),
            .second_correction = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(options_.beta2, count))),
            .epsilon = static_cast<float>(options_.epsilon),
            .gradient_scale = clip > 0.0 ? static_cast<float>(std::min(1.0, clip / (gradient_norm + 1e-6))) : 1.0F};
  decay_factor_ = static_cast<float>(1.0 - learning_rate * options_.weight_decay);
  team_.run(update_work_);
  team_.run(pack_work_);
}

void TrainerState::updateShare(int worker) {
  const std::int64_t share_begin = shareOf(worker);
  const std::int64_t share_end = shareOf(worker + 1);
  for (const ParameterInfo& info : weights_.layout.parameters) {
    const std::int64_t begin = std::max(share_begin, info.offset);
    const std::int64_t end = std::min(share_end, info.offset + info.size);
    if (begin >= end) continue;
    AdamWStep adamw = adamw_;
    if (info.decays) adamw.decay_factor = decay_factor_;
    weights_.kernels.adamW(end - begin, adamw, weights_.flat.data() + begin, gradients_.front().data() + begin,
                           first_moment.data() + begin, second_moment.data() + begin);
  }
}

}  // namespace limbeck::fused
