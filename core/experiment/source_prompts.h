// SPDX-License-Identifier: GPL-3.0-or-later
// Prompting: what becomes of an agent whose context already holds somebody's play? Source: Laskin et al. 2022, figure
// 5, where the context is filled with a part of a source's history on the same task, and Algorithm Distillation
// improves on it while Expert Distillation keeps it up. Ours, because the paper does not say: the history is subsampled
// as the training data are, and the prompt is what of it ends at the given percentage, as much as a context holds
// besides the episode that is to be played.
#pragma once

#include <span>
#include <vector>

#include "core/env/environment.h"
#include "core/model/transformer_policy.h"
#include "core/source/source_algorithm.h"

namespace limbeck {

struct PromptOptions {
  std::vector<int> percents;  ///< of the history's kept episodes, where prompts end; at least the first episode
  int repeats = 1;            ///< histories of each task, from different seeds
  int keep_every = 1;         ///< ContextSamplerOptions::keep_every; which episodes are kept is drawn for each history
  int longest = 1;            ///< transitions in a prompt, at most
};

/// Lets the source learn each task `repeats` times and cuts a prompt out of each history for every percentage.
/// [percents] of [tasks * repeats], in the order of evaluateInContext's streams. Deterministic in `rng`.
std::vector<std::vector<ContextPrompt>> sourcePrompts(const Environment& environment, std::span<const TaskId> tasks,
                                                      const SourceOptions& source, const PromptOptions& options,
                                                      const Rng& rng, WorkControl& control);

}  // namespace limbeck
