// SPDX-License-Identifier: GPL-3.0-or-later
// Rules that were measured (Qt 6.4): replace(), never append(), which is quadratic; no setTheme(), which discards pens;
// no useOpenGL(), which crashes off screen; lines are split at gaps, because a NaN point is dropped and the line
// bridges it.
#include "widgets/plot/chart_canvas.h"

#include <QAreaSeries>
#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLegend>
#include <QLineSeries>
#include <QPainter>
#include <QValueAxis>
#include <span>

#include "core/plot/finite_runs.h"
#include "core/plot/plot_style.h"
#include "widgets/base/theme.h"
#include "widgets/plot/plot_drawing.h"

namespace limbeck {
namespace {

/// A line of the chart and what it shows.
struct Stroke {
  QList<QPointF> points;
  QPen pen;
};

/// Both edges of a filled part.
struct Fill {
  QList<QPointF> high;
  QList<QPointF> low;
  QColor colour;
};

QList<QPointF> pointsOf(std::span<const double> x, std::span<const double> y, FiniteRun run) {
  QList<QPointF> points;
  points.reserve(static_cast<qsizetype>(run.end - run.begin));
  for (std::size_t i = run.begin; i < run.end; ++i) points.append(QPointF(x[i], y[i]));
  return points;
}

void addFills(const PlotSeries& series, const QColor& colour, std::vector<Fill>& fills) {
  if (!series.band) return;
  std::vector<double> both(series.x.size());
  for (std::size_t i = 0; i < both.size(); ++i) both[i] = series.band->low[i] + series.band->high[i];
  for (const FiniteRun run : finiteRuns(both)) {
    if (run.end == run.begin + 1) continue;
    fills.push_back({pointsOf(series.x, series.band->high, run), pointsOf(series.x, series.band->low, run), colour});
  }
}

void addStrokes(const PlotSeries& series, const QPen& pen, std::vector<Stroke>& strokes) {
  for (const FiniteRun run : finiteRuns(series.y)) {
    if (run.end > run.begin + 1) strokes.push_back({pointsOf(series.x, series.y, run), pen});
  }
}

}  // namespace

struct ChartCanvas::Impl {
  QGraphicsScene scene;
  QChart* chart = new QChart;  // The scene owns it.
  QValueAxis* x_axis = new QValueAxis(chart);
  QValueAxis* y_axis = new QValueAxis(chart);
  std::vector<QAreaSeries*> areas;  // The chart owns these, and they their edges.
  std::vector<QLineSeries*> lines;

  Impl() {
    scene.addItem(chart);
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->legend()->hide();
    chart->setBackgroundVisible(false);
    chart->setPlotAreaBackgroundVisible(false);
    chart->setMargins(QMargins(0, 0, 0, 0));
    chart->layout()->setContentsMargins(0.0, 0.0, 0.0, 0.0);
    chart->addAxis(x_axis, Qt::AlignBottom);
    chart->addAxis(y_axis, Qt::AlignLeft);
    x_axis->setVisible(false);
    y_axis->setVisible(false);
  }

  void attach(QAbstractSeries* series) {
    chart->addSeries(series);
    series->attachAxis(x_axis);
    series->attachAxis(y_axis);
  }

  void rebuild(std::size_t fill_count, std::size_t stroke_count) {
    chart->removeAllSeries();
    areas.clear();
    lines.clear();
    for (std::size_t i = 0; i < fill_count; ++i) {
      auto* area = new QAreaSeries(chart);
      area->setUpperSeries(new QLineSeries(area));
      area->setLowerSeries(new QLineSeries(area));
      area->setPen(Qt::NoPen);
      attach(area);
      areas.push_back(area);
    }
    for (std::size_t i = 0; i < stroke_count; ++i) {
      auto* line = new QLineSeries(chart);
      attach(line);
      lines.push_back(line);
    }
  }
};

ChartCanvas::ChartCanvas() : impl_(std::make_unique<Impl>()) {}
ChartCanvas::~ChartCanvas() = default;

void ChartCanvas::setContents(const PlotModel& displayed, const Theme& theme, const QSizeF& size, const QRectF& area,
                              double scale) {
  const std::vector<PlotStyle> styles = seriesStyles(displayed);
  const std::vector<QColor> colours = seriesColours(displayed, theme);
  std::vector<Fill> fills;
  std::vector<Stroke> strokes;
  for (std::size_t i = displayed.series.size(); i-- > 0;) {
    addFills(displayed.series[i], bandColour(colours[i]), fills);
  }
  for (const ReferenceLine& line : displayed.reference_lines) {
    strokes.push_back({{{displayed.x_axis.min, line.y}, {displayed.x_axis.max, line.y}},
                       linePen(plotStyle(line.role), theme.role(line.role), scale)});
  }
  // The first series is the one that the plot is about: it is drawn last, over the others.
  for (std::size_t i = displayed.series.size(); i-- > 0;) {
    addStrokes(displayed.series[i], linePen(styles[i], lineColour(displayed.series[i], colours[i]), scale), strokes);
  }

  impl_->scene.setSceneRect(QRectF(QPointF(0.0, 0.0), size));
  impl_->chart->resize(size);
  impl_->chart->setPlotArea(area);
  impl_->x_axis->setRange(displayed.x_axis.min, displayed.x_axis.max);
  impl_->y_axis->setRange(displayed.y_axis.min, displayed.y_axis.max);
  if (fills.size() != impl_->areas.size() || strokes.size() != impl_->lines.size()) {
    impl_->rebuild(fills.size(), strokes.size());
  }
  for (std::size_t i = 0; i < fills.size(); ++i) {
    QAreaSeries* shown = impl_->areas[i];
    shown->setBrush(fills[i].colour);
    shown->upperSeries()->replace(fills[i].high);
    shown->lowerSeries()->replace(fills[i].low);
  }
  for (std::size_t i = 0; i < strokes.size(); ++i) {
    impl_->lines[i]->setPen(strokes[i].pen);
    impl_->lines[i]->replace(strokes[i].points);
  }
  impl_->chart->layout()->activate();  // Nothing else would lay it out before the event loop runs again.
}

void ChartCanvas::paint(QPainter& painter) {
  const QRectF rect = impl_->scene.sceneRect();
  impl_->scene.render(&painter, rect, rect, Qt::IgnoreAspectRatio);
}

QPointF ChartCanvas::toPixels(double x, double y) const {
  return impl_->chart->mapToPosition(QPointF(x, y));
}

}  // namespace limbeck
