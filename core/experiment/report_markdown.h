// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "core/experiment/sweep_report.h"

namespace limbeck {

/// One table for a document: a row for each number that a claim is about, with what is published, what was measured,
/// the verdict, and the command that runs it; then a table of how long each report's runs took.
std::string reportMarkdown(std::span<const SweepReport> reports);

}  // namespace limbeck
