// SPDX-License-Identifier: GPL-3.0-or-later
// Fits action prediction on contexts: no returns-to-go, no value targets. Source: Laskin et al. 2022, algorithm 1.
#pragma once

#include "core/base/rng.h"
#include "core/base/work_control.h"
#include "core/data/context_sampler.h"
#include "core/model/checkpoint.h"
#include "core/model/sequence_model.h"
#include "core/train/training_loop.h"

namespace limbeck {

/// Trains `model` on what `sampler` draws; see runTraining. Batches are drawn in line: that takes a thousandth of a
/// step. Throws Error(InvalidArgument) for impossible options. Batch s is drawn from rng.split("batch", s) and dropout
/// from rng.split("dropout", s): a resumed run equals an uninterrupted one bit for bit.
TrainerResult train(SequenceModel& model, const ContextSampler& sampler, const TrainerOptions& options,
                    CheckpointFolder& checkpoints, const TensorMetadata& checkpoint_extra, const TrainerHooks& hooks,
                    const Rng& rng, WorkControl& control);

}  // namespace limbeck
