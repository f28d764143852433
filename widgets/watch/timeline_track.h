// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <optional>
#include <vector>

class QPainter;

namespace limbeck {

class Playback;
class TimeCursor;

/// All episodes of the cursor's stream side by side, each as high as its return, with the cursor and the loop range
/// over them. Click and drag move the cursor, with Shift they set the loop range.
class TimelineTrack : public QWidget {
  Q_OBJECT

 public:
  TimelineTrack(TimeCursor& cursor, Playback& playback, QWidget* parent = nullptr);

  /// The best return there is, the top of the scale; without one the best that was reached is.
  void setOptimum(std::optional<double> optimum);

  /// The episode drawn at `x`, and where an episode begins.
  int episodeAt(double x) const;
  double xOf(double episode) const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;

 private:
  /// One bar: columns [left, right) of the picture, height in [0, 1].
  struct Bar {
    int left = 0;
    int right = 0;
    double height = 0.0;
  };
  void layOut();
  void scrubTo(double x);
  QRect field() const;
  double cursorX() const;
  double heightOf(double value) const;
  void paintBars(QPainter& painter) const;
  void paintLoop(QPainter& painter) const;
  void paintCursor(QPainter& painter) const;
  QString textAt(double x) const;

  TimeCursor& cursor_;
  Playback& playback_;
  std::optional<double> optimum_;
  double low_ = 0.0;
  double high_ = 1.0;
  std::vector<Bar> bars_;
  std::optional<int> loop_anchor_;
};

}  // namespace limbeck
