// SPDX-License-Identifier: GPL-3.0-or-later
// The source algorithms, one factory each; source_algorithm.cpp lists them by name. Options are taken as valid.
#pragma once

#include <memory>

#include "core/source/source_algorithm.h"

namespace limbeck {

std::unique_ptr<SourceAlgorithm> makeQLearning(const SourceOptions& options);
std::unique_ptr<SourceAlgorithm> makeNoisyOracle(const SourceOptions& options);
std::unique_ptr<SourceAlgorithm> makeOracle(const SourceOptions& options);
std::unique_ptr<SourceAlgorithm> makeRandomSource(const SourceOptions& options);
std::unique_ptr<SourceAlgorithm> makeUcb(const SourceOptions& options);
std::unique_ptr<SourceAlgorithm> makeQLambda(const SourceOptions& options);
std::unique_ptr<SourceAlgorithm> makeA2c(const SourceOptions& options);
std::unique_ptr<SourceAlgorithm> makePpo(const SourceOptions& options);
std::unique_ptr<SourceAlgorithm> makeDqn(const SourceOptions& options);

}  // namespace limbeck
