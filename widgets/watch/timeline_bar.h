// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>
#include <optional>

class QAction;
class QComboBox;
class QHBoxLayout;
class QToolButton;

namespace limbeck {

class FittingLabel;
class Playback;
class PlaybackActions;
class TimeCursor;
class TimelineTrack;

/// The track over all episodes, and under it the buttons, the place of the cursor, the loop range and the speed. Its
/// `actions()` are all playback actions in the order of a menu: they work in the bar, and a page that adds them to
/// itself has them work for everything on it that does not need the key for itself.
class TimelineBar : public QWidget {
  Q_OBJECT

 public:
  /// Both must outlive this.
  TimelineBar(TimeCursor& cursor, Playback& playback, QWidget* parent = nullptr);

  /// The return of an optimal episode: the top of the track.
  void setOptimum(std::optional<double> optimum);

 private:
  QHBoxLayout* makeRow();
  void makeSpeeds();
  QToolButton* makeButton(QAction* action);
  void showPlace();
  void showLoop();
  void showSpeed();

  TimeCursor& cursor_;
  Playback& playback_;
  PlaybackActions* actions_;
  TimelineTrack* track_;
  FittingLabel* place_;
  FittingLabel* loop_;
  QToolButton* clear_loop_;
  QComboBox* speed_;
  QTimer announce_;
};

}  // namespace limbeck
