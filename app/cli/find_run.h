// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/store/workspace.h"

namespace limbeck::cli {

/// By "AD-14" or "14". Throws Error(NotFound) with a word on where to look.
RunRecord findRun(const Workspace& workspace, std::string_view name_or_number);

/// A run that stands as running though nobody is left to run it was interrupted; the next writer will put that down.
void noticeInterruption(const Workspace& workspace, RunRecord& run);

}  // namespace limbeck::cli
