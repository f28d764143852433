// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_config.h"
#include "core/experiment/live_feed.h"
#include "core/store/run_store.h"

namespace limbeck {

/// What a run that another program does has written so far, in the form of a live feed: stage, loss and the latest test
/// on validation goals. Its steps are not in the database, so no boards. For a background thread; throws what RunStore
/// throws.
LiveSnapshot storedSnapshot(const RunStore& store, RunId run, const ExperimentConfig& config);

}  // namespace limbeck
