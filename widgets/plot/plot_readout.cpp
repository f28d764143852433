// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/plot_readout.h"

#include <QStringList>
#include <algorithm>
#include <cmath>
#include <map>

#include "widgets/base/text.h"

namespace limbeck {
namespace {

constexpr int kSignificantOfRange = 4;  // a value is told to a thousandth of the axis, about a pixel
constexpr int kMostDecimals = 9;
constexpr double kReadoutGap = 12.0;  // pixels between the line and the box

QString valueText(const PlotModel& model, double value) {
  const double range = model.y_axis.max - model.y_axis.min;
  const int decimals = kSignificantOfRange - 1 - static_cast<int>(std::floor(std::log10(range)));
  return QString::number(value, 'f', std::clamp(decimals, 0, kMostDecimals));
}

bool isReadable(const PlotModel& model, const PlotSeries& series, std::size_t i) {
  return std::isfinite(series.y[i]) && series.x[i] >= model.x_axis.min && series.x[i] <= model.x_axis.max;
}

/// The readable point nearest to x.
std::optional<std::size_t> nearestPoint(const PlotModel& model, const PlotSeries& series, double x) {
  std::optional<std::size_t> nearest;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!isReadable(model, series, i)) continue;
    if (!nearest || std::abs(series.x[i] - x) < std::abs(series.x[*nearest] - x)) nearest = i;
  }
  return nearest;
}

/// Whether the point stands for x, rather than for a place half a spacing or more away.
bool standsFor(const PlotSeries& series, std::size_t point, double x) {
  double spacing = 0.0;
  if (point > 0) spacing = series.x[point] - series.x[point - 1];
  if (point + 1 < series.x.size()) spacing = std::max(spacing, series.x[point + 1] - series.x[point]);
  return std::abs(series.x[point] - x) <= spacing / 2.0;
}

QString plain(double value) {
  return std::isfinite(value) ? QString::number(value, 'g', 17) : QString();
}

}  // namespace

std::optional<Readout> readoutAt(const PlotModel& displayed, double x) {
  std::vector<ReadoutRow> nearest;
  std::optional<double> nearest_x;
  for (std::size_t s = 0; s < displayed.series.size(); ++s) {
    const PlotSeries& series = displayed.series[s];
    const auto point = series.is_member ? std::nullopt : nearestPoint(displayed, series, x);
    if (!point) continue;
    nearest.push_back({s, *point});
    const double at = series.x[*point];
    if (!nearest_x || std::abs(at - x) < std::abs(*nearest_x - x)) nearest_x = at;
  }
  if (!nearest_x) return std::nullopt;
  std::erase_if(nearest,
                [&](const ReadoutRow& row) { return !standsFor(displayed.series[row.series], row.point, *nearest_x); });
  return Readout{*nearest_x, std::move(nearest)};
}

QString readoutHead(const PlotModel& displayed, const Readout& readout) {
  return toQString(displayed.x_axis.label) + QLatin1Char(' ') + QString::number(readout.x, 'g', 6);
}

QString readoutValue(const PlotModel& displayed, const ReadoutRow& row) {
  const PlotSeries& series = displayed.series[row.series];
  const QString value = valueText(displayed, series.y[row.point]);
  if (!series.band) return value;
  return QStringLiteral("%1 [%2, %3]")
      .arg(value, valueText(displayed, series.band->low[row.point]),
           valueText(displayed, series.band->high[row.point]));
}

QString readoutText(const PlotModel& displayed, const Readout& readout) {
  QStringList parts;
  for (const ReadoutRow& row : readout.rows) {
    parts << toQString(displayed.series[row.series].name) + QLatin1Char(' ') + readoutValue(displayed, row);
  }
  return readoutHead(displayed, readout) + QStringLiteral(": ") + parts.join(QStringLiteral("; "));
}

QRectF readoutBox(const QPointF& anchor, const QSizeF& size, const QRectF& bounds, const std::vector<PlotBox>& points) {
  const auto clamped = [&](double left, double top) {
    return QRectF(std::clamp(left, bounds.left(), std::max(bounds.left(), bounds.right() - size.width())),
                  std::clamp(top, bounds.top(), std::max(bounds.top(), bounds.bottom() - size.height())), size.width(),
                  size.height());
  };
  const auto covered = [&](const QRectF& box) {
    const PlotBox plain{box.left(), box.top(), box.right(), box.bottom()};
    return std::ranges::count_if(points, [&](const PlotBox& point) { return plain.overlaps(point); });
  };
  std::vector<QRectF> candidates;
  for (const double left : {anchor.x() + kReadoutGap, anchor.x() - kReadoutGap - size.width()}) {
    for (const double top : {anchor.y() - size.height() / 2.0, bounds.top(), bounds.bottom() - size.height()}) {
      candidates.push_back(clamped(left, top));
    }
  }
  // In a narrow plot neither side has room: then above or below the points.
  for (const PlotBox& point : points) {
    candidates.push_back(clamped(anchor.x() - size.width() / 2.0, point.top - kReadoutGap - size.height()));
    candidates.push_back(clamped(anchor.x() - size.width() / 2.0, point.bottom + kReadoutGap));
  }
  return *std::ranges::min_element(candidates, {}, covered);
}

QString tableText(const PlotModel& displayed) {
  const PlotModel within = withinAxis(displayed);
  QStringList head{toQString(within.x_axis.label)};
  std::map<double, QStringList> rows;
  qsizetype columns = 0;
  const auto addColumn = [&](const QString& name, const std::vector<double>& x, const std::vector<double>& values) {
    head << name;
    for (std::size_t i = 0; i < x.size(); ++i) {
      QStringList& row = rows[x[i]];
      while (row.size() < columns) row << QString();
      row << plain(values[i]);
    }
    ++columns;
  };
  for (const PlotSeries& series : within.series) {
    const QString name = toQString(series.name);
    addColumn(name, series.x, series.y);
    if (!series.band) continue;
    addColumn(name + QStringLiteral(" low"), series.x, series.band->low);
    addColumn(name + QStringLiteral(" high"), series.x, series.band->high);
  }
  QString text = head.join(QLatin1Char('\t')) + QLatin1Char('\n');
  for (auto& [x, row] : rows) {
    while (row.size() < columns) row << QString();
    text += plain(x) + QLatin1Char('\t') + row.join(QLatin1Char('\t')) + QLatin1Char('\n');
  }
  return text;
}

}  // namespace limbeck
