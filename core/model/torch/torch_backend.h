// SPDX-License-Identifier: GPL-3.0-or-later
// LibTorch takes about a second to load and stays out of processes that never need it: its half of the program is a
// module, liblimbeck_torch.so, opened when the first LibTorch model is asked for. This file knows nothing of LibTorch.
#pragma once

#include <memory>

#include "core/model/sequence_model.h"

namespace limbeck {

/// The one symbol of the module. Throws what makeTorchModel throws.
using TorchModelFactory = SequenceModel* (*)(const TransformerConfig& config, const ModelOptions& options, Team& team,
                                             const Rng& rng);
inline constexpr const char* kTorchModelFactory = "limbeckMakeTorchModel";

/// Looks for the module where LIMBECK_TORCH_MODULE (environment) says, else in the build tree, else beside the
/// installed program
/// (../lib/limbeck/). Throws Error(DeviceFailure) when there is none or it does not load. Thread-safe.
std::unique_ptr<SequenceModel> makeTorchModel(const TransformerConfig& config, const ModelOptions& options, Team& team,
                                              const Rng& rng);

}  // namespace limbeck
