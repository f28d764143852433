// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QList>
#include <QSize>
#include <QSizeF>
#include <QString>

#include "core/plot/plot_model.h"
#include "core/plot/svg_writer.h"

namespace limbeck {

enum class PlotFormat { Svg, Pdf, Png, Pgfplots, CsvDisplayed, CsvAll };

struct PlotExportOptions {
  PlotFormat format = PlotFormat::Svg;
  int png_scale = 1;  ///< pixels of the file for each logical pixel: 1, 2 or 4
  QSizeF size{860.0, 480.0};
  LengthUnit unit = LengthUnit::Pixel;  ///< of `size`; in millimetres labels are 7 pt, as papers have them
};

/// "svg", "pdf", "png", "tex", "csv".
QString fileEnding(PlotFormat format);

/// Writes the plot, always in the light theme; each file whole or not at all. `displayed`: what PlotView::displayed()
/// gives; `full`: the model behind it, of which `CsvAll` writes every recorded point. Returns the files written:
/// `Pgfplots` has its table beside it as <name>_data.csv. Throws Error(IoFailure) with the path.
QList<QString> exportPlotTo(const PlotModel& displayed, const PlotModel& full, const QString& path,
                            const PlotExportOptions& options);

/// How many pixels a PNG file has.
QSize pixelSize(const PlotExportOptions& options);

/// The picture that a PNG file holds, with its physical resolution.
QImage plotImage(const PlotModel& displayed, const PlotExportOptions& options);

}  // namespace limbeck
