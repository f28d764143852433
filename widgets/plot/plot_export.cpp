// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/plot_export.h"

#include <QBuffer>
#include <QFile>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <cmath>
#include <filesystem>
#include <span>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/plot/csv_writer.h"
#include "core/plot/pgfplots_writer.h"
#include "widgets/base/text.h"
#include "widgets/base/theme.h"
#include "widgets/plot/plot_painter.h"

namespace limbeck {
namespace {

constexpr double kMillimetresPerInch = 25.4;
constexpr double kPixelsPerInch = 96.0;
constexpr int kPdfDotsPerInch = 1200;

QSizeF sizeInPixels(const PlotExportOptions& options) {
  return options.unit == LengthUnit::Pixel ? options.size : options.size * kPixelsPerMillimetre;
}

QSizeF sizeInMillimetres(const PlotExportOptions& options) {
  return options.unit == LengthUnit::Pixel ? options.size * (kMillimetresPerInch / kPixelsPerInch) : options.size;
}

std::span<const std::byte> bytesOf(const QByteArray& content) {
  return std::as_bytes(std::span(content.constData(), static_cast<std::size_t>(content.size())));
}

std::filesystem::path toPath(const QString& path) {
  return {QFile::encodeName(path).toStdString()};
}

QString toText(const std::filesystem::path& path) {
  return QFile::decodeName(QByteArray::fromStdString(path.native()));
}

QByteArray pdfBytes(const PlotModel& model, const PlotExportOptions& options) {
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  writer.setResolution(kPdfDotsPerInch);
  writer.setPageSize(QPageSize(sizeInMillimetres(options), QPageSize::Millimeter, QString(), QPageSize::ExactMatch));
  writer.setPageMargins(QMarginsF(0.0, 0.0, 0.0, 0.0));
  writer.setTitle(toQString(model.title));
  writer.setCreator(QStringLiteral("Limbeck"));
  QPainter painter(&writer);
  const QSizeF size = sizeInPixels(options);
  painter.scale(writer.width() / size.width(), writer.height() / size.height());
  paintPlot(painter, model, size, lightTheme());
  painter.end();
  return buffer.data();
}

QByteArray pngBytes(const PlotModel& model, const PlotExportOptions& options, const QString& path) {
  QBuffer buffer;
  buffer.open(QIODevice::WriteOnly);
  if (!plotImage(model, options).save(&buffer, "PNG")) {
    throw Error(ErrorCode::IoFailure,
                path.toStdString() + ": the picture is too large for a PNG file; choose a smaller one");
  }
  return buffer.data();
}

}  // namespace

QString fileEnding(PlotFormat format) {
  switch (format) {
    case PlotFormat::Svg:
      return QStringLiteral("svg");
    case PlotFormat::Pdf:
      return QStringLiteral("pdf");
    case PlotFormat::Png:
      return QStringLiteral("png");
    case PlotFormat::Pgfplots:
      return QStringLiteral("tex");
    case PlotFormat::CsvDisplayed:
    case PlotFormat::CsvAll:
      break;
  }
  return QStringLiteral("csv");
}

QSize pixelSize(const PlotExportOptions& options) {
  return (sizeInPixels(options) * options.png_scale).toSize();
}

QImage plotImage(const PlotModel& displayed, const PlotExportOptions& options) {
  const QSizeF size = sizeInPixels(options);
  QImage image(pixelSize(options), QImage::Format_RGB32);
  if (image.isNull()) return image;
  const double metres = sizeInMillimetres(options).width() / 1000.0;
  const int dots_per_metre = static_cast<int>(std::lround(image.width() / metres));
  image.setDotsPerMeterX(dots_per_metre);
  image.setDotsPerMeterY(dots_per_metre);
  QPainter painter(&image);
  painter.scale(image.width() / size.width(), image.height() / size.height());
  paintPlot(painter, displayed, size, lightTheme());
  return image;
}

QList<QString> exportPlotTo(const PlotModel& displayed, const PlotModel& full, const QString& path,
                            const PlotExportOptions& options) {
  const std::filesystem::path file = toPath(path);
  switch (options.format) {
    case PlotFormat::Svg:
      writeFileAtomically(file, svgText(displayed, {options.size.width(), options.size.height(), options.unit}));
      break;
    case PlotFormat::Pdf:
      writeFileAtomically(file, bytesOf(pdfBytes(displayed, options)));
      break;
    case PlotFormat::Png:
      writeFileAtomically(file, bytesOf(pngBytes(displayed, options, path)));
      break;
    case PlotFormat::Pgfplots: {
      std::filesystem::path table = file;
      table.replace_filename(file.stem().string() + "_data.csv");
      const PgfplotsFigure figure = pgfplotsFigure(displayed, table.filename().string());
      writeFileAtomically(table, figure.csv);
      writeFileAtomically(file, figure.tex);
      return {path, toText(table)};
    }
    case PlotFormat::CsvDisplayed:
      writeFileAtomically(file, csvText(withinAxis(displayed)));
      break;
    case PlotFormat::CsvAll:
      writeFileAtomically(file, allPointsCsv(full));
      break;
  }
  return {path};
}

}  // namespace limbeck
