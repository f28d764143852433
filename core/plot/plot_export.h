// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/plot/svg_writer.h"

namespace limbeck {

/// Writes the plot in the format that the path's ending names: .svg, .csv, or .tex (PGFPlots, with its table beside it
/// as <name>_data.csv). Returns what it wrote. Throws Error(InvalidArgument) for another ending, Error(IoFailure) with
/// the path.
std::vector<std::filesystem::path> exportPlot(const PlotModel& model, const std::filesystem::path& path,
                                              const SvgOptions& svg_options = {});

}  // namespace limbeck
