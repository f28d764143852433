// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>
#include <functional>

class QAction;
class QEvent;
class QKeyEvent;

namespace limbeck {

class Playback;
class TimeCursor;

/// The actions that move the cursor, with their keys. They work for whatever has the focus in the widgets they are
/// added to, and leave to buttons, combo boxes, lists, sliders and text fields in there the keys that those use
/// themselves (Space, arrows, digits).
class PlaybackActions : public QObject {
  Q_OBJECT

 public:
  PlaybackActions(TimeCursor& cursor, Playback& playback, QObject* parent);
  ~PlaybackActions() override;

  /// In the order of a menu.
  const QList<QAction*>& all() const { return actions_; }

  QAction* to_start = nullptr;
  QAction* episode_back = nullptr;
  QAction* step_back = nullptr;
  QAction* play = nullptr;
  QAction* step_forward = nullptr;
  QAction* episode_forward = nullptr;
  QAction* to_end = nullptr;
  QAction* loop_clear = nullptr;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  struct Look {
    const char* name;
    const char* icon;
    QString text;
    QString tip;
    QKeySequence key;
  };
  QAction* add(const Look& look, std::function<void()> act);
  void addMoves();
  void addEpisodeMoves();
  void addSpeeds();
  void addLoop();
  void showPlaying();
  void showEnabled();
  bool isOurs(const QKeyEvent& event) const;

  TimeCursor& cursor_;
  Playback& playback_;
  QList<QAction*> actions_;
};

}  // namespace limbeck
