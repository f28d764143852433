// SPDX-License-Identifier: GPL-3.0-or-later
// Experiment files written anew: with other values of their keys, and with what no key holds as it stood.
#pragma once

#include <string>
#include <string_view>

#include "core/experiment/experiment_file.h"

namespace limbeck {

/// The tables [sweep], [[variant]], [[claim]] and [[published]] of a file, byte for byte and in their order, each with
/// the remarks right above it. Empty when there are none. `toml_text` must be TOML.
std::string sweepSections(std::string_view toml_text);

/// Every key with the value of `file.config`, `file.seeds`, then the `sweepSections` of `file.text`. Reading it again
/// gives the same points. Throws Error(InvalidArgument) when it would not: a point that sets environment.name takes
/// that environment's defaults only where the file leaves the other keys out.
std::string rewrittenFile(const ExperimentFile& file, TomlStyle style);

}  // namespace limbeck
