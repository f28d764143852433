// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/cli/bench_row.h"

namespace limbeck::cli {

/// A row as lines of a table of at most 120 columns. `has_head`: the column heads stand above it.
std::string tableText(const RowResult& row, bool has_head);

/// What the columns mean, for the end of the table.
std::string tableLegend();

/// One element of `rows` in `bench --json`; docs/performance.md lists the keys.
nlohmann::json toJson(const RowResult& row);

}  // namespace limbeck::cli
