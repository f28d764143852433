// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "core/data/shard.h"
#include "core/eval/in_context_evaluator.h"

namespace limbeck {

/// Keeps an evaluation's rollouts whole, as a shard: one "history" per stream, labelled with its task and repeat.
void writeRollouts(const std::filesystem::path& directory, const EnvironmentSpec& spec, const EvaluationResult& result,
                   const nlohmann::json& provenance);

/// Reads them back; returns and lengths are recomputed from the transitions. Throws what Shard throws, and
/// Error(Corrupt) when a stream does not hold exactly `episodes` whole episodes.
EvaluationResult readRollouts(const std::filesystem::path& directory, int episodes);

/// Splits one stream into returns and lengths per episode; appends to both. An unfinished last episode is left out.
void appendEpisodeReturns(const TransitionColumns& stream, std::vector<float>& returns,
                          std::vector<std::int32_t>& lengths);

}  // namespace limbeck
