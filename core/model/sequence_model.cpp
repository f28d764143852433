// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/sequence_model.h"

#include "core/base/error.h"
#include "core/kernels/cpu_dispatch.h"
#include "core/model/fused/fused_model.h"
#include "core/model/torch/torch_backend.h"

namespace limbeck {

namespace {

Precision chosenPrecision(const TransformerConfig& config, ModelOptions options) {
  if (config.backbone == Backbone::Lstm) {
    if (options.precision != Precision::BFloat16) return Precision::Float32;
    throw Error(
        ErrorCode::InvalidArgument,
        "compute.precision = bfloat16: an LSTM is computed in float32, because it adds up rounding from step to "
        "step; choose float32 or auto");
  }
  if (options.precision != Precision::Auto) return options.precision;
  if (options.device == Device::Cuda) return Precision::BFloat16;
  options.precision = Precision::BFloat16;
  const bool is_fused = options.backend != Backend::Torch && fusedSupports(config, options);
  return is_fused && fused::hasBfloat16Instructions() ? Precision::BFloat16 : Precision::Float32;
}

}  // namespace

std::unique_ptr<OnlineLearner> SequenceModel::makeOnlineLearner(int) {
  throw Error(ErrorCode::InvalidArgument, "only an actor-critic is trained on what it does itself");
}

std::unique_ptr<SequenceModel> makeSequenceModel(const TransformerConfig& config, const ModelOptions& asked, Team& team,
                                                 const Rng& rng) {
  validate(config);
  ModelOptions options = asked;
  options.precision = chosenPrecision(config, asked);
  switch (options.backend) {
    case Backend::Auto:
      if (fusedSupports(config, options)) return makeFusedModel(config, options, team, rng);
      return makeTorchModel(config, options, team, rng);
    case Backend::Fused:
      return makeFusedModel(config, options, team, rng);
    case Backend::Torch:
      return makeTorchModel(config, options, team, rng);
  }
  throw Error(ErrorCode::InvalidArgument, "model.backend: unknown");
}

}  // namespace limbeck
