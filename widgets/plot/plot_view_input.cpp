// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does to a plot: zoom, pan, cursor.
#include <QCursor>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "widgets/plot/plot_view.h"

namespace limbeck {
namespace {

constexpr double kZoomStep = 1.5;           // one key or one notch of the wheel
constexpr double kNotch = 120.0;            // of QWheelEvent::angleDelta
constexpr double kSmallestPart = 1e-4;      // of the whole range
constexpr double kSmallestRectangle = 5.0;  // pixels; less is a click
constexpr double kGrabDistance = 5.0;       // from the cursor's line
constexpr double kSlack = 8.0;              // around the plot, so that its first and last point are easy to hit

struct Ends {
  double min;
  double max;
};

/// The part min .. max of the whole, moved into it and no longer than it.
Ends within(Ends part, Ends whole) {
  const double length = std::min(part.max - part.min, whole.max - whole.min);
  const double min = std::clamp(part.min, whole.min, std::max(whole.min, whole.max - length));
  return {min, min + length};
}

/// The part made longer by `factor`, with `fixed` staying where it is.
Ends scaled(Ends part, Ends whole, double factor, double fixed) {
  const double smallest = kSmallestPart * (whole.max - whole.min);
  const double length = std::max(smallest, (part.max - part.min) * factor);
  const double share = (fixed - part.min) / (part.max - part.min);
  return within({fixed - share * length, fixed + (1.0 - share) * length}, whole);
}

}  // namespace

void PlotView::setZoom(const Zoom& zoom) {
  const Zoom whole = wholeRange();
  const Ends x = within({zoom.x.min, zoom.x.max}, {whole.x.min, whole.x.max});
  const Ends y = within({zoom.y.min, zoom.y.max}, {whole.y.min, whole.y.max});
  const auto isWhole = [](Ends part, Range all) { return part.max - part.min >= (all.max - all.min) * (1.0 - 1e-9); };
  const bool was_zoomed = isZoomed();
  if (isWhole(x, whole.x) && isWhole(y, whole.y)) {
    zoom_.reset();
  } else {
    zoom_ = Zoom{{x.min, x.max}, {y.min, y.max}};
  }
  markStale();
  if (was_zoomed != isZoomed()) Q_EMIT zoomChanged(isZoomed());
}

void PlotView::resetZoom() {
  setZoom(wholeRange());
}

void PlotView::zoomAround(double factor, std::optional<double> x, std::optional<double> y) {
  const Zoom whole = wholeRange();
  Zoom zoom = visibleRange();
  if (x) {
    const Ends ends = scaled({zoom.x.min, zoom.x.max}, {whole.x.min, whole.x.max}, factor, *x);
    zoom.x = {ends.min, ends.max};
  }
  if (y) {
    const Ends ends = scaled({zoom.y.min, zoom.y.max}, {whole.y.min, whole.y.max}, factor, *y);
    zoom.y = {ends.min, ends.max};
  }
  setZoom(zoom);
}

void PlotView::zoomIn() {
  const Range x = visibleRange().x;
  const bool sees_cursor = cursor_ && *cursor_ >= x.min && *cursor_ <= x.max;
  zoomAround(1.0 / kZoomStep, sees_cursor ? *cursor_ : (x.min + x.max) / 2.0, std::nullopt);
}

void PlotView::zoomOut() {
  const Range x = visibleRange().x;
  const Range y = visibleRange().y;
  zoomAround(kZoomStep, (x.min + x.max) / 2.0, (y.min + y.max) / 2.0);
}

void PlotView::pan(const QPointF& pixels) {
  const QPointF moved = toValues(QPointF(0.0, 0.0)) - toValues(pixels);
  Zoom zoom = visibleRange();
  zoom.x = {zoom.x.min + moved.x(), zoom.x.max + moved.x()};
  zoom.y = {zoom.y.min + moved.y(), zoom.y.max + moved.y()};
  setZoom(zoom);
}

void PlotView::emitCursor(const QPointF& pixels) {
  const Range x = visibleRange().x;
  Q_EMIT cursorDragged(std::clamp(toValues(pixels).x(), x.min, x.max));
}

void PlotView::mousePressEvent(QMouseEvent* event) {
  const QRectF area = plotArea();
  if (!area.adjusted(-kSlack, -kSlack, kSlack, kSlack).contains(event->position())) {
    QWidget::mousePressEvent(event);
    return;
  }
  drag_from_ = drag_to_ = event->position();
  if (event->button() == Qt::LeftButton && event->modifiers().testFlag(Qt::ShiftModifier)) {
    drag_ = Drag::Rectangle;
  } else if (event->button() == Qt::LeftButton) {
    drag_ = Drag::Cursor;
    emitCursor(event->position());
  } else if (event->button() == Qt::RightButton || event->button() == Qt::MiddleButton) {
    drag_ = Drag::Pan;
    QWidget::setCursor(QCursor(Qt::ClosedHandCursor));
  }
}

void PlotView::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  const QRectF area = plotArea();
  hover_ = area.contains(at) ? std::optional(at) : std::nullopt;
  switch (drag_) {
    case Drag::Cursor:
      emitCursor(at);
      break;
    case Drag::Pan:
      pan(at - drag_to_);
      break;
    case Drag::None: {
      const bool is_on_cursor = hover_ && cursor_ && std::abs(toPixels(*cursor_, 0.0).x() - at.x()) <= kGrabDistance;
      QWidget::setCursor(QCursor(is_on_cursor ? Qt::SplitHCursor : Qt::ArrowCursor));
      break;
    }
    case Drag::Rectangle:
      break;
  }
  drag_to_ = at;
  updateDescription();
  update();
}

void PlotView::mouseReleaseEvent(QMouseEvent* event) {
  const Drag ended = std::exchange(drag_, Drag::None);
  QWidget::setCursor(QCursor(Qt::ArrowCursor));
  if (ended == Drag::Rectangle) {
    const QRectF part = QRectF(drag_from_, event->position()).normalized() & plotArea();
    if (part.width() >= kSmallestRectangle && part.height() >= kSmallestRectangle) {
      const QPointF first = toValues(part.bottomLeft());
      const QPointF last = toValues(part.topRight());
      setZoom({{first.x(), last.x()}, {first.y(), last.y()}});
    }
  }
  update();
}

void PlotView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) resetZoom();
}

void PlotView::wheelEvent(QWheelEvent* event) {
  const QRectF area = plotArea();
  // With Alt, Qt turns the wheel sideways.
  const double notches = (event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x()) / kNotch;
  if (notches == 0.0 || !area.contains(event->position())) {
    QWidget::wheelEvent(event);
    return;
  }
  const double factor = std::pow(kZoomStep, -notches);
  const QPointF fixed = toValues(event->position());
  if (event->modifiers().testFlag(Qt::ControlModifier)) {
    zoomAround(factor, std::nullopt, fixed.y());
  } else {
    zoomAround(factor, fixed.x(), std::nullopt);
  }
  event->accept();
}

void PlotView::keyPressEvent(QKeyEvent* event) {
  if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) {
    QWidget::keyPressEvent(event);
    return;
  }
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      zoomIn();
      break;
    case Qt::Key_Minus:
      zoomOut();
      break;
    case Qt::Key_0:
    case Qt::Key_R:
      resetZoom();
      break;
    default:
      QWidget::keyPressEvent(event);
  }
}

void PlotView::focusInEvent(QFocusEvent* event) {
  const Qt::FocusReason reason = event->reason();
  shows_focus_ = reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason || reason == Qt::ShortcutFocusReason;
  QWidget::focusInEvent(event);
}

void PlotView::leaveEvent(QEvent* event) {
  QWidget::leaveEvent(event);
  hover_.reset();
  updateDescription();
  update();
}

}  // namespace limbeck
