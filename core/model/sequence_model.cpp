// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/sequence_model.h"

#include "core/base/error.h"
#include "core/model/fused/fused_model.h"
#include "core/model/torch/torch_backend.h"

namespace limbeck {

std::unique_ptr<SequenceModel> makeSequenceModel(const TransformerConfig& config, const ModelOptions& options,
                                                 Team& team, const Rng& rng) {
  validate(config);
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
