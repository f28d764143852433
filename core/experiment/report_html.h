// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/experiment/sweep_report.h"

namespace limbeck {

/// What a page says of reports, without its head and with the plots beside it, for who draws them by other means: the
/// element <img src="plot-0"> stands where the first of them belongs.
struct ReportBody {
  std::string html;
  std::vector<PlotModel> plots;
};
ReportBody reportBody(std::span<const SweepReport> reports);

/// One self-contained page without scripts, readable on a screen and on paper: for each report its claims with their
/// verdicts, the table of its points, how they compare, and its plots as inline SVG. The same reports give the same
/// bytes.
std::string reportHtml(std::span<const SweepReport> reports);

}  // namespace limbeck
