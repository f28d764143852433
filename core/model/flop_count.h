// SPDX-License-Identifier: GPL-3.0-or-later
// How much arithmetic the transformer is, for rates in GFLOP/s: multiplications and additions of the matrix products
// and of attention, whose upper triangle nobody needs and which therefore does not count. Embeddings, norms, GELU, the
// head and the optimiser are left out: a few percent.
#pragma once

#include "core/model/transformer_config.h"

namespace limbeck {

/// Of one transition in one training step, forward and backward, in windows of full length.
double trainingFlops(const TransformerConfig& config);

/// Of one transition more, with the keys and values of `context` earlier ones cached.
double decodingFlops(const TransformerConfig& config, double context);

}  // namespace limbeck
