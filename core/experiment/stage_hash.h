// SPDX-License-Identifier: GPL-3.0-or-later
// The address of a stage's output: a hash of the keys that change it (schema.h says which), of its input's hash, of the
// formats' versions and of the seed. Same hash, same output: a stage whose output stands there and verifies is skipped.
#pragma once

#include <string>

#include "core/experiment/experiment_config.h"

namespace limbeck {

/// 32 hex digits each. A change in an earlier stage changes all later ones.
std::string historiesHash(const ExperimentConfig& config);
std::string trainingHash(const ExperimentConfig& config);
std::string evaluationHash(const ExperimentConfig& config);

}  // namespace limbeck
