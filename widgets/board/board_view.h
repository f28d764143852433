// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "widgets/base/background.h"
#include "widgets/board/board_card.h"

class QTimer;

namespace limbeck {

/// One agent in one task (on a grid, in a pool, before the arms of a bandit), at one moment of a recorded stream: it
/// draws, and is told everything. Give the task before the stream; a stream of another environment than the task's
/// shows as none.
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
  /// `present`: what the agent sees after the stream's last row (without a stream: to begin with), where somebody knows
  /// it. A play that goes on then shows the agent there, and not where the rules say that it must be.
  void setStream(std::shared_ptr<const RecordedStream> stream, std::vector<std::uint8_t> present = {});
  void setEmptyWords(const QString& words);

  /// Counted from 0, and shown from 1. A fraction of a step is a part of the way to the next cell. Clamped to the
  /// stream's own episodes; a stream that ended earlier says so.
  void showMoment(int episode, double step);
  void setHeat(Heat heat);
  void setTrailVisible(bool is_visible);
  /// Whether goal, key and door are drawn and named.
  void setGoalVisible(bool is_visible);
  /// Marks what a row of the stream was about: a cell, a place, an arm.
  void highlightRow(std::optional<std::int64_t> row);
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
  /// Where the picture's parts lay at the last painting, in the widget's coordinates.
  const PictureGeometry& geometry() const { return geometry_; }
  const BoardGeometry& geometryOfCells() const { return geometry_.cells; }
  const BoardPicture& picture() const { return picture_; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void cellClicked(QPoint cell);
  void armClicked(int arm);

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
  /// A text, and where it holds; empty where there is nothing to tell.
  struct Tip {
    QString words;
    QRectF area;
  };
  Tip tipAt(QPointF point) const;
  void paintEmpty(QPainter& painter);

  std::shared_ptr<const Environment> environment_;  // shared with the page and the other boards
  TaskId task_{0};
  std::shared_ptr<const RecordedStream> stream_;
  std::vector<std::uint8_t> present_;
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
  std::optional<std::int64_t> highlighted_row_;
  BoardPicture picture_;
  PictureGeometry geometry_;
  QTimer* speech_;
};

}  // namespace limbeck
