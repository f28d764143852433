// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QRectF>
#include <QString>
#include <QWidget>
#include <memory>
#include <optional>

#include "core/plot/plot_model.h"
#include "core/plot/svg_layout.h"

namespace limbeck {

class ChartCanvas;
class EmptyState;

/// A plot on the screen, with a time cursor, zoom, and the values under the mouse. The wheel zooms x around the mouse,
/// Ctrl+wheel y; the right or middle button pans; Shift and the left button draw the rectangle to zoom to; a double
/// click shows all again, and so do the keys 0 and R; + and - zoom around the cursor.
class PlotView : public QWidget {
  Q_OBJECT

 public:
  explicit PlotView(QWidget* parent = nullptr);
  ~PlotView() override;

  /// For live updates too: what the user zoomed to stays, unless the x axis counts something else now (its label
  /// changed). Nothing is computed before the widget is shown. The title is the panel's business and is not drawn.
  void setModel(PlotModel model);
  const PlotModel& model() const { return model_; }
  /// What is on the screen: the visible range of both axes, smoothed and thinned out. For exports.
  PlotModel displayed() const;
  /// The same as a table with tabs, one line for each x and one column for each series.
  QString tableText() const;

  /// For a film: lines and bands are drawn up to this x, and what lies beyond as thin lines. What `displayed()` and
  /// exports hold is always the whole. Nothing: all is drawn.
  void setRevealed(std::optional<double> x);
  /// A thin vertical line at this x.
  void setCursor(std::optional<double> x);
  using QWidget::setCursor;
  std::optional<double> cursorX() const { return cursor_; }

  /// Shown while the model has no point.
  void setEmptyWords(const QString& title, const QString& text);

  bool isZoomed() const { return zoom_.has_value(); }
  /// The rectangle between the axes, in pixels of this widget; empty when nothing is shown.
  QRectF plotArea() const;

  QSize sizeHint() const override { return {640, 240}; }
  QSize minimumSizeHint() const override { return {240, 140}; }

 public Q_SLOTS:
  void resetZoom();
  void zoomIn();
  void zoomOut();

 Q_SIGNALS:
  /// The user clicked at x, or drags the cursor there; the cursor moves only when `setCursor` says so.
  void cursorDragged(double x);
  void zoomChanged(bool is_zoomed);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  /// A part of the axes, in their units.
  struct Range {
    double min = 0.0;
    double max = 1.0;
  };
  struct Zoom {
    Range x;
    Range y;
  };
  enum class Drag { None, Cursor, Pan, Rectangle };

  Zoom wholeRange() const;
  Zoom visibleRange() const { return zoom_.value_or(wholeRange()); }
  void setZoom(const Zoom& zoom);
  void zoomAround(double factor, std::optional<double> x, std::optional<double> y);
  void pan(const QPointF& pixels);
  void markStale();
  void refresh();
  void updateDescription();
  double layoutScale() const;
  QPointF toPixels(double x, double y) const;
  QPointF toValues(const QPointF& pixels) const;
  void emitCursor(const QPointF& pixels);
  void paintCursor(QPainter& painter) const;
  void paintReadout(QPainter& painter) const;

  PlotModel model_;
  std::optional<Zoom> zoom_;
  std::optional<double> cursor_;
  std::optional<double> revealed_;
  EmptyState* empty_;
  std::unique_ptr<ChartCanvas> canvas_;

  bool is_stale_ = true;  ///< the three below are older than the model, the zoom, the palette or the size
  PlotModel displayed_;
  SvgLayout layout_;
  QPixmap picture_;  ///< all but cursor, values and zoom rectangle, so that those cost next to nothing

  Drag drag_ = Drag::None;
  QPointF drag_from_;
  QPointF drag_to_;
  std::optional<QPointF> hover_;
  bool shows_focus_ = false;  ///< the focus came by the keyboard
};

}  // namespace limbeck
