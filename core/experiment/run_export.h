// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/base/work_control.h"
#include "core/store/workspace.h"

namespace limbeck {

/// The run record as JSON text, as `runRecordJson` gives it, one key a line. Bytes that are no UTF-8 become U+FFFD.
std::string runRecordText(const RunStore& store, const RunRecord& run);

/// Writes everything that is known of a run into a new folder that can be read without Limbeck:
///   record.json       the run record         experiment.toml   the file, verbatim
///   report.json       scores and curves      curve.svg, curve.csv
///   metrics/NAME.csv  loss and the others    rollouts/, checkpoint/   copies, as the workspace has them
/// What the run does not have is left out. The folder appears whole, by a rename. Throws Error(InvalidArgument) when it
/// exists already, Error(IoFailure) with the path, Cancelled.
void exportRunFolder(const Workspace& workspace, const RunRecord& run, const std::filesystem::path& folder,
                     WorkControl& control);

}  // namespace limbeck
