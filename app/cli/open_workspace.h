// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/store/workspace.h"

namespace limbeck::cli {

/// Opens a workspace for writing. A window that has it open holds the right to write only for moments, so a locked one
/// is tried again for some seconds before Error(Locked).
Workspace openForWriting(const std::filesystem::path& folder);

}  // namespace limbeck::cli
