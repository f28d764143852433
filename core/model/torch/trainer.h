// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/rng.h"
#include "core/data/context_batch.h"
#include "core/model/sequence_model.h"

namespace limbeck::torch_backend {

/// How a batch becomes an update of a FlatState. Not thread-safe.
class Trainer {
 public:
  virtual ~Trainer() = default;
  /// See SequenceModel::trainStep.
  virtual TrainStepResult step(const ContextBatch& batch, double learning_rate, const Rng& rng) = 0;
};

}  // namespace limbeck::torch_backend
