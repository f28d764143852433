// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/fused/trainer_state.h"
#include "core/model/fused/weights.h"
#include "core/model/tensor_file.h"

namespace limbeck::fused {

/// Weights, and with `trainer` the optimiser's state, under the names of SequenceModel::exportState.
TensorMap exportTensors(const Weights& weights, const TrainerState* trainer);
/// The inverse; all or nothing. Without optimiser state in `tensors` the optimiser starts afresh. Throws
/// Error(Corrupt). The caller packs the weights again.
void importTensors(const TensorMap& tensors, Weights& weights, TrainerState& trainer);

/// out = log softmax of n logits.
void writeLogSoftmax(int n, const float* logits, float* out);

}  // namespace limbeck::fused
