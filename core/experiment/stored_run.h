// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/experiment/experiment_report.h"
#include "core/store/run_store.h"

namespace limbeck {

/// The experiment of a stored run, read again from its verbatim file and overrides, with the run's seed.
ExperimentConfig loadRunConfig(const RunStore& store, const RunRecord& run);

/// The outcome of a stored run as far as the database knows it: its curves on held-out tasks and its stages.
SeedOutcome loadOutcome(const RunStore& store, const RunRecord& run);

/// The report of one run, or of all finished runs of its group. Throws Error(NotFound) when none of them has been
/// evaluated.
enum class ReportScope { Run, Group };
ExperimentReport loadReport(const RunStore& store, const RunRecord& run, ReportScope scope);

/// A stage that stands as running is as dead as its run.
RunState seenState(const RunRecord& run, const StageRecord& stage);

/// Everything the database holds of a run except curves and metrics point by point: the run record.
nlohmann::json runRecordJson(const RunStore& store, const RunRecord& run);

}  // namespace limbeck
