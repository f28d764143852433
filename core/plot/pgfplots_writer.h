// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/plot/plot_model.h"

namespace limbeck {

/// A figure for LaTeX.
struct PgfplotsFigure {
  std::string tex;  ///< a tikzpicture to \input; its head names the packages that it needs
  std::string csv;  ///< the table that it reads: columns xS, yS, lowS, highS for each series S, padded with nan
};

/// `csv_name`: the name under which the table will lie beside the .tex file. Colours are defined by name
/// (plot_style.h), so that a paper may redefine them.
PgfplotsFigure pgfplotsFigure(const PlotModel& model, std::string_view csv_name);

/// Text as LaTeX prints it: the ten special characters are escaped.
std::string escapeTex(std::string_view text);

}  // namespace limbeck
