// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <array>

class QAction;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QSplitter;
class QStackedWidget;

namespace limbeck {

class AttentionStrip;
class BoardView;
class EmptyState;
class FittingLabel;
class Playback;
class PlotView;
class StageProgress;
class TimeCursor;
class TimelineBar;

/// The Watch page: up to three boards, the attention strip, the return plot, the timeline; one cursor drives them all.
/// It lays out and links; what is shown is the business of the controllers beside it.
class WatchPage : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kBoards = 3;

  explicit WatchPage(QWidget* parent = nullptr);

  TimeCursor& cursor() const { return *cursor_; }
  Playback& playback() const { return *playback_; }
  BoardView& board(int index) const { return *boards_[static_cast<std::size_t>(index)]; }
  PlotView& plot() const { return *plot_; }
  /// The second plot: the loss, while a run trains.
  PlotView& lossPlot() const { return *loss_; }
  AttentionStrip& attention() const { return *attention_; }
  TimelineBar& timeline() const { return *timeline_; }
  StageProgress& progress() const { return *progress_; }
  QComboBox& taskPicker() const { return *task_picker_; }
  EmptyState& emptyState() const { return *empty_; }

  /// `where`: "replay, recorded", "live".
  void setHeading(const QString& title, const QString& sentence, const QString& where);
  QString title() const;
  QString sentence() const;
  /// Buttons at the right of the heading.
  void setCallActions(const QList<QAction*>& actions);
  /// The empty state instead of everything.
  void showEmpty(bool is_empty);
  bool isEmpty() const;
  void showLoss(bool is_shown);
  void showAttention(bool is_shown);
  void showTimeline(bool is_shown);
  void showTaskPicker(bool is_shown);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* makeHeading();
  void suspendWhenHidden();
  void fitSplit();

  TimeCursor* cursor_;
  Playback* playback_;
  FittingLabel* title_ = nullptr;
  FittingLabel* where_ = nullptr;
  QLabel* sentence_ = nullptr;
  QHBoxLayout* calls_ = nullptr;
  QComboBox* task_picker_ = nullptr;
  StageProgress* progress_;
  std::array<BoardView*, kBoards> boards_{};
  AttentionStrip* attention_;
  PlotView* plot_;
  PlotView* loss_;
  TimelineBar* timeline_;
  EmptyState* empty_;
  QStackedWidget* stack_;
  QSplitter* split_;
  bool is_split_the_users_ = false;
};

}  // namespace limbeck
