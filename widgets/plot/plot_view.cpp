// SPDX-License-Identifier: GPL-3.0-or-later
// What the view shows; what the user does to it stands in plot_view_input.cpp.
#include "widgets/plot/plot_view.h"

#include <QEvent>
#include <QFontInfo>
#include <QPaintEvent>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/base/empty_state.h"
#include "widgets/base/text.h"
#include "widgets/base/theme.h"
#include "widgets/plot/chart_canvas.h"
#include "widgets/plot/plot_drawing.h"
#include "widgets/plot/plot_readout.h"
#include "widgets/plot/plot_reveal.h"

namespace limbeck {
namespace {

constexpr double kCursorHalfWidth = 6.0;  // what a move of the cursor repaints: line and handle
constexpr double kHandle = 5.0;
constexpr double kDotRadius = 3.5;
constexpr double kReadoutPadding = 6.0;
constexpr double kSwatch = 18.0;

bool hasAnyPoint(const PlotModel& model) {
  return std::ranges::any_of(model.series, [](const PlotSeries& series) { return hasPoints(series); });
}

}  // namespace

PlotView::PlotView(QWidget* parent)
    : QWidget(parent), empty_(new EmptyState(this)), canvas_(std::make_unique<ChartCanvas>()) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Plot"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(empty_);
  setEmptyWords(tr("Nothing to draw yet"), QString());
}

PlotView::~PlotView() = default;

void PlotView::setModel(PlotModel model) {
  const bool counts_something_else = model.x_axis.label != model_.x_axis.label;
  model_ = std::move(model);
  const bool is_empty = !hasAnyPoint(model_);
  empty_->setVisible(is_empty);
  setAccessibleName(model_.title.empty() ? tr("Plot") : toQString(model_.title));
  if (is_empty) hover_.reset();
  if (counts_something_else) {
    resetZoom();
  }
  markStale();
}

void PlotView::setRevealed(std::optional<double> x) {
  if (revealed_ == x) return;
  revealed_ = x;
  markStale();
}

PlotModel PlotView::displayed() const {
  if (!is_stale_) return displayed_;
  const Zoom range = visibleRange();
  PlotModel shown = visibleModel(model_, range.x.min, range.x.max);
  shown.y_axis.min = range.y.min;
  shown.y_axis.max = range.y.max;
  return shown;
}

QString PlotView::tableText() const {
  return limbeck::tableText(displayed());
}

void PlotView::setEmptyWords(const QString& title, const QString& text) {
  empty_->setWords(title, text);
}

void PlotView::setCursor(std::optional<double> x) {
  if (x == cursor_) return;
  const auto repaintAround = [this](std::optional<double> place) {
    if (!place || is_stale_) return;
    update(QRectF(toPixels(*place, 0.0).x() - kCursorHalfWidth, 0.0, 2.0 * kCursorHalfWidth, height()).toAlignedRect());
  };
  repaintAround(cursor_);
  cursor_ = x;
  repaintAround(cursor_);
  if (!hover_) updateDescription();
}

QRectF PlotView::plotArea() const {
  // As it was painted last: input that comes before the next paint is about that.
  if (picture_.isNull() || !hasAnyPoint(model_)) return {};
  const double scale = layoutScale();
  const PlotBox& area = layout_.area;
  return {area.left * scale, area.top * scale, area.width() * scale, area.height() * scale};
}

PlotView::Zoom PlotView::wholeRange() const {
  return {{model_.x_axis.min, model_.x_axis.max}, {model_.y_axis.min, model_.y_axis.max}};
}

/// The layout counts in pixels of a text of 13; the widget's font may be larger or smaller.
double PlotView::layoutScale() const {
  return QFontInfo(font()).pixelSize() / kLabelFont.size;
}

QPointF PlotView::toPixels(double x, double y) const {
  return QPointF(layout_.toX(displayed_, x), layout_.toY(displayed_, y)) * layoutScale();
}

QPointF PlotView::toValues(const QPointF& pixels) const {
  const QRectF area = plotArea();
  const Zoom range = visibleRange();
  return {range.x.min + (pixels.x() - area.left()) / area.width() * (range.x.max - range.x.min),
          range.y.min + (area.bottom() - pixels.y()) / area.height() * (range.y.max - range.y.min)};
}

void PlotView::markStale() {
  is_stale_ = true;
  update();
}

void PlotView::refresh() {
  displayed_ = displayed();
  is_stale_ = false;
  const PlotModel drawn = revealed_ ? revealedTo(displayed_, *revealed_) : displayed_;
  PlotModel panel = displayed_;
  panel.marks = drawn.marks;
  panel.title.clear();
  panel.caption.clear();
  const double scale = layoutScale();
  layout_ = layOutPlot(panel, width() / scale, height() / scale, kPanelRoom);
  picture_ = QPixmap(size() * devicePixelRatioF());
  picture_.setDevicePixelRatio(devicePixelRatioF());
  const Theme& theme = themeOf(*this);
  picture_.fill(theme.base);
  canvas_->setContents(drawn, theme, size(), plotArea(), scale);

  QPainter painter(&picture_);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  PlotDrawing drawing(painter, displayed_, layout_, theme, {font().family()});
  SvgLayout drawn_layout = layout_;
  drawn_layout.styles = seriesStyles(drawn);
  PlotDrawing points(painter, drawn, drawn_layout, theme, {font().family()});
  painter.scale(scale, scale);
  drawing.drawAxes();
  painter.resetTransform();
  canvas_->paint(painter);
  painter.scale(scale, scale);
  points.drawPoints();
  drawing.drawLabels();
  updateDescription();
}

void PlotView::updateDescription() {
  if (is_stale_) return;  // Told once it is shown.
  const std::optional<double> x = hover_ ? std::optional(toValues(*hover_).x()) : cursor_;
  const std::optional<Readout> readout = x ? readoutAt(displayed_, *x) : std::nullopt;
  setAccessibleDescription(readout ? readoutText(displayed_, *readout) : toQString(displayed_.caption));
}

void PlotView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  switch (event->type()) {
    case QEvent::PaletteChange:
    case QEvent::FontChange:
    case QEvent::StyleChange:
      markStale();
      break;
    default:
      break;
  }
}

void PlotView::paintEvent(QPaintEvent* event) {
  QPainter painter(this);
  const Theme& theme = themeOf(*this);
  if (!hasAnyPoint(model_)) {
    painter.fillRect(event->rect(), theme.base);
    return;
  }
  const QSize wanted = size() * devicePixelRatioF();
  if (is_stale_ || picture_.size() != wanted) refresh();
  painter.drawPixmap(0, 0, picture_);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
  paintCursor(painter);
  if (drag_ == Drag::Rectangle) {
    QColor veil = theme.accent;
    veil.setAlphaF(0.15F);
    painter.setPen(QPen(theme.accent, 1.0));
    painter.setBrush(veil);
    painter.drawRect(QRectF(drag_from_, drag_to_).normalized() & plotArea());
  } else if (hover_ && drag_ != Drag::Pan) {
    paintReadout(painter);
  }
  if (hasFocus() && shows_focus_) {
    painter.setPen(QPen(theme.accent, 1.0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
  }
}

void PlotView::paintCursor(QPainter& painter) const {
  if (!cursor_) return;
  const QRectF area = plotArea();
  const double x = std::floor(toPixels(*cursor_, 0.0).x()) + 0.5;  // A line along pixels is sharp.
  if (x < area.left() - 1.0 || x > area.right() + 1.0) return;
  const Theme& theme = themeOf(*this);
  painter.setPen(QPen(theme.text, 1.5));
  painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.text);
  painter.drawPolygon(QPolygonF{{QPointF(x - kHandle, area.top() - kHandle), QPointF(x + kHandle, area.top() - kHandle),
                                 QPointF(x, area.top() + 1.0)}});
}

void PlotView::paintReadout(QPainter& painter) const {
  const std::optional<Readout> readout = readoutAt(displayed_, toValues(*hover_).x());
  if (!readout) return;
  const Theme& theme = themeOf(*this);
  const QRectF area = plotArea();
  const std::vector<QColor> colours = seriesColours(displayed_, theme);
  const double x = toPixels(readout->x, 0.0).x();
  painter.setPen(QPen(theme.quiet_text, 1.0, Qt::DotLine));
  painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));

  const QFontMetricsF metrics(font());
  QStringList names;
  QStringList values;
  double names_width = 0.0;
  double values_width = 0.0;
  std::vector<PlotBox> dots;
  for (const ReadoutRow& row : readout->rows) {
    const PlotSeries& series = displayed_.series[row.series];
    names << toQString(series.name);
    values << readoutValue(displayed_, row);
    names_width = std::max(names_width, metrics.horizontalAdvance(names.back()));
    values_width = std::max(values_width, metrics.horizontalAdvance(values.back()));
    const QPointF dot = toPixels(series.x[row.point], series.y[row.point]);
    if (!area.contains(dot)) continue;
    painter.setPen(QPen(theme.base, 1.0));
    painter.setBrush(colours[row.series]);
    painter.drawEllipse(dot, kDotRadius, kDotRadius);
    dots.push_back({dot.x() - kDotRadius, dot.y() - kDotRadius, dot.x() + kDotRadius, dot.y() + kDotRadius});
  }
  const QString head = readoutHead(displayed_, *readout);
  const double body_width = kSwatch + names_width + 2.0 * kReadoutPadding + values_width;
  const double box_width = std::max(metrics.horizontalAdvance(head), body_width) + 2.0 * kReadoutPadding;
  const double box_height = metrics.height() * (1.0 + static_cast<double>(names.size())) + 2.0 * kReadoutPadding;
  const QRectF box = readoutBox({x, hover_->y()}, {box_width, box_height}, rect(), dots);

  painter.setPen(QPen(theme.border, 1.0));
  painter.setBrush(theme.alternate);
  painter.drawRoundedRect(box, 3.0, 3.0);
  double baseline = box.top() + kReadoutPadding + metrics.ascent();
  painter.setFont(font());
  painter.setPen(theme.quiet_text);
  painter.drawText(QPointF(box.left() + kReadoutPadding, baseline), head);
  const std::vector<PlotStyle> styles = seriesStyles(displayed_);
  for (qsizetype i = 0; i < names.size(); ++i) {
    const std::size_t series = readout->rows[static_cast<std::size_t>(i)].series;
    baseline += metrics.height();
    const double middle = baseline - metrics.ascent() * 0.36;
    painter.setPen(linePen(styles[series], colours[series], 0.8));
    painter.drawLine(QPointF(box.left() + kReadoutPadding, middle),
                     QPointF(box.left() + kReadoutPadding + kSwatch - 4.0, middle));
    painter.setPen(theme.text);
    painter.drawText(QPointF(box.left() + kReadoutPadding + kSwatch, baseline), names[i]);
    painter.drawText(QPointF(box.right() - kReadoutPadding - metrics.horizontalAdvance(values[i]), baseline),
                     values[i]);
  }
}

}  // namespace limbeck
