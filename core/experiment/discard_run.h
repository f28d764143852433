// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/workspace.h"

namespace limbeck {

/// For "stop and discard": puts the run into the trash and removes from disk what its unfinished stages have made so
/// far. Outputs of finished stages stay, for they may be shared and the run may come back; so does a folder that a
/// stage of another run which is not trashed works with, or that any other run has finished. The run must not be at
/// work. Throws what the store throws, and Error(IoFailure) for a folder that cannot be removed; the run is in the
/// trash then all the same.
void discardRun(const Workspace& workspace, RunId run);

}  // namespace limbeck
