// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "widgets/base/background.h"
#include "widgets/board/board_card.h"

class QTimer;

namespace limbeck {

/// One agent on the grid of one task, at one moment of a recorded stream: it draws, and is told everything. Give the
/// task before the stream; a stream of another environment than the task's shows as none.
class BoardView : public QWidget {
  Q_OBJECT

 public:
  using Heat = BoardHeat;

  explicit BoardView(QWidget* parent = nullptr);
  ~BoardView() override;

  void setTask(std::shared_ptr<const Environment> environment, TaskId task);
  /// The name above the board, in the role's colour behind the role's shape.
  void setTitle(const QString& title, PlotRole role);
  /// Null: an empty board with words. The moment stays, so that a longer stream of the same play may follow a shorter
  /// one.
  void setStream(std::shared_ptr<const RecordedStream> stream);
  void setEmptyWords(const QString& words);

  /// Counted from 0, and shown from 1. A fraction of a step is a part of the way to the next cell. Clamped to the
  /// stream's own episodes; a stream that ended earlier says so.
  void showMoment(int episode, double step);
  void setHeat(Heat heat);
  void setTrailVisible(bool is_visible);
  /// Whether goal, key and door are drawn and named.
  void setGoalVisible(bool is_visible);
  void highlightCell(std::optional<QPoint> cell);
  /// A short line over the board's foot, such as "weights at step 400"; empty for none.
  void setMessage(const QString& message);

  const BoardLook& look() const { return look_; }
  const QString& title() const { return caption_.title; }
  /// What is drawn, for an export; null while the board is empty.
  std::shared_ptr<const BoardTrack> track() const { return track_; }
  /// The moment that is shown.
  BoardMoment moment() const { return moment_; }
  /// What a screen reader says, always of this moment.
  QString spokenDescription() const;
  /// Where the cells lay at the last painting, in the widget's coordinates.
  const BoardGeometry& geometryOfCells() const { return geometry_; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void cellClicked(QPoint cell);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void rebuildTrack();
  void countVisits();
  void refresh();
  void speak();
  QString tipAt(QPoint cell) const;
  void paintEmpty(QPainter& painter);

  std::shared_ptr<const Environment> environment_;  // shared with the page and the other boards
  TaskId task_{0};
  std::shared_ptr<const RecordedStream> stream_;
  std::shared_ptr<const BoardTrack> track_;
  std::shared_ptr<const VisitCounts> counts_;  ///< null until they are there
  std::unique_ptr<Background> background_;     ///< made for the first long stream
  Generation counting_;
  BoardLook look_;
  BoardCaption caption_;
  BoardCardFonts fonts_;
  QString empty_words_;
  QString message_;
  int asked_episode_ = 0;
  double asked_step_ = 0.0;
  BoardMoment moment_;
  StatusForm form_ = StatusForm::Full;
  BoardScene scene_;
  BoardGeometry geometry_;
  QTimer* speech_;
};

}  // namespace limbeck
