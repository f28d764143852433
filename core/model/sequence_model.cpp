// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/sequence_model.h"

#include "core/base/error.h"
#ifdef LIMBECK_FUSED
#include "core/model/fused/fused_model.h"
#endif
#include "core/model/torch/torch_backend.h"

namespace limbeck {
#ifndef LIMBECK_FUSED
static bool fusedSupports(const TransformerConfig&, const ModelOptions&) { return false; }
static std::unique_ptr<SequenceModel> makeFusedModel(const TransformerConfig&, const ModelOptions&, Team&, const Rng&) { return {}; }
#endif

std::unique_ptr<SequenceModel> makeSequenceModel(const TransformerConfig& config, const ModelOptions& options,
                                                 Team& team, const Rng& rng) {
  validate(config);
  switch (options.backend) {
    case Backend::Auto:
      if (fusedSupports(config, options)) return makeFusedModel(config, options, team, rng);
      return makeTorchModel(config, options, team, rng);
    case Backend::Fused:
      if (fusedSupports(config, options)) return makeFusedModel(config, options, team, rng);
      throw Error(ErrorCode::InvalidArgument,
                  "model.backend = fused: the fused core does not run this architecture, precision or device (it wants "
                  "pre-norm, "
                  "one token a transition, no dropout, masking or smoothing, on the CPU); choose auto or torch");
    case Backend::Torch:
      return makeTorchModel(config, options, team, rng);
  }
  throw Error(ErrorCode::InvalidArgument, "model.backend: unknown");
}

}  // namespace limbeck
