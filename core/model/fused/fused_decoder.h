// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/kernels/cache_kernels.h"
#include "core/model/fused/weights.h"
#include "core/model/sequence_model.h"

namespace limbeck::fused {

/// A decoder with a copy of `weights` and the caches of `cache`, whatever `options.cache` says. Throws
/// Error(InvalidArgument) for options outside their range.
std::unique_ptr<Decoder> makeFusedDecoder(const Weights& weights, const CacheKernels& cache,
                                          const DecoderOptions& options, Team& team);

}  // namespace limbeck::fused
