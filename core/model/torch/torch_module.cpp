// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/torch/torch_backend.h"
#include "core/model/torch/torch_device.h"
#include "core/model/torch/torch_model.h"

/// See torch_backend.h; the caller owns the model.
extern "C" __attribute__((visibility("default"))) limbeck::SequenceModel* limbeckMakeTorchModel(
    const limbeck::TransformerConfig& config, const limbeck::ModelOptions& options, limbeck::Team& team,
    const limbeck::Rng& rng) {
  return limbeck::torch_backend::translated("making a model", [&]() -> limbeck::SequenceModel* {
    return std::make_unique<limbeck::torch_backend::TorchModel>(config, options, team, rng).release();
  });
}
