// SPDX-License-Identifier: GPL-3.0-or-later
// SourceOptions as JSON, for manifests and hashes: one key per field, by its name.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/source/source_algorithm.h"

namespace limbeck {

nlohmann::json toJson(const SourceOptions& options);

/// A missing key takes its default, so that old manifests stay readable when options are added. Throws
/// Error(InvalidArgument) for an unknown key or a value of the wrong type, naming it. Ranges are checked by
/// `makeSourceAlgorithm`.
SourceOptions sourceOptionsFromJson(const nlohmann::json& json);

}  // namespace limbeck
