// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/run_store.h"

namespace limbeck::cli {

/// Finished runs, five seeds of each configuration, with a score each and a tag on every tenth: a workspace as it looks
/// after years, for measuring how long it takes to list it.
void makeManyRuns(RunStore& store, int runs);

}  // namespace limbeck::cli
