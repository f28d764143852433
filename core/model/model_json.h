// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/model/transformer_config.h"

namespace limbeck {

/// The architecture as it stands in a checkpoint's metadata; every field is written, but for those
/// that came later and stand at their default: a checkpoint without them is one of before.
nlohmann::json toJson(const TransformerConfig& config);

/// The inverse. Throws Error(Corrupt) naming a missing, unknown or mistyped key, Error(InvalidArgument) for impossible
/// values.
TransformerConfig transformerConfigFromJson(const nlohmann::json& json);

}  // namespace limbeck
