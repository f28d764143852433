// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "core/experiment/sweep_report.h"

namespace limbeck {

/// One self-contained page without scripts, readable on a screen and on paper: for each report its claims with their
/// verdicts, the table of its points, how they compare, and its plots as inline SVG. The same reports give the same
/// bytes.
std::string reportHtml(std::span<const SweepReport> reports);

}  // namespace limbeck
