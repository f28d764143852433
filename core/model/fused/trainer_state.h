// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/team.h"
#include "core/kernels/aligned_buffer.h"
#include "core/model/fused/weights.h"
#include "core/model/sequence_model.h"

namespace limbeck::fused {

/// Gradients and AdamW (Loshchilov and Hutter 2019, in LibTorch's form), flat, on all workers of the team.
class TrainerState {
 public:
  TrainerState(Weights& weights, const OptimizerOptions& options, Team& team);

  /// The worker's gradient buffer, zeroed by the worker itself.
  float* clearedGradients(int worker);
  /// Sums the workers' gradients in worker order; returns the global norm.
  double reduceGradients();
  /// Clips, one step of AdamW, and packs the weights again.
  void update(double learning_rate, double gradient_norm);

  /// The summed gradient of the last step, before clipping.
  const AlignedBuffer& gradient() const { return gradients_.front(); }

  AlignedBuffer first_moment, second_moment;
  std::int64_t step = 0;

 private:
  void reduceShare(int worker);
  void updateShare(int worker);
  std::int64_t shareOf(int worker) const;

  Weights& weights_;
  OptimizerOptions options_;
  Team& team_;
  std::vector<AlignedBuffer> gradients_;  ///< one a worker; the first takes the sum
  std::vector<double> squares_;           ///< one a worker
  AdamWStep adamw_;
  float decay_factor_ = 1.0F;
  std::function<void(int)> reduce_work_, update_work_, pack_work_;
};

}  // namespace limbeck::fused
