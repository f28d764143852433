// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/store/run_store.h"

namespace limbeck::bench {

/// Finished runs, five seeds of each configuration, with a score each and a tag on every tenth.
void makeManyRuns(RunStore& store, int runs);

/// A workspace with one finished run whose held-out tasks were played for `episodes` episodes of 20 steps in the 9x9
/// Dark Room: a small model that hardly trained, because how long its rollout is is all that matters.
void makeLongRun(const std::filesystem::path& workspace, int episodes);

}  // namespace limbeck::bench
