// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plot/plot_export.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/plot/csv_writer.h"
#include "core/plot/pgfplots_writer.h"

namespace limbeck {

std::vector<std::filesystem::path> exportPlot(const PlotModel& model, const std::filesystem::path& path,
                                              const SvgOptions& svg_options) {
  const std::filesystem::path ending = path.extension();
  if (ending == ".svg") {
    writeFileAtomically(path, svgText(model, svg_options));
    return {path};
  }
  if (ending == ".csv") {
    writeFileAtomically(path, csvText(model));
    return {path};
  }
  if (ending == ".tex") {
    std::filesystem::path table = path;
    table.replace_filename(path.stem().string() + "_data.csv");
    const PgfplotsFigure figure = pgfplotsFigure(model, table.filename().string());
    writeFileAtomically(table, figure.csv);
    writeFileAtomically(path, figure.tex);
    return {path, table};
  }
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("{}: no plot format ends in \"{}\"; use .svg, .csv or .tex", path.string(), ending.string()));
}

}  // namespace limbeck
