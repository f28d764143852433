// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/store/run_store.h"

namespace limbeck::cli {

/// Throws Error(NotFound) that says how to list the runs.
RunRecord findRun(const RunStore& store, std::string_view name_or_number);

}  // namespace limbeck::cli
