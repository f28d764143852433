// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

#include "app/gui/watch_subject.h"
#include "core/experiment/hand_play.h"
#include "widgets/base/background.h"
#include "widgets/base/run_id.h"

class QAction;

namespace limbeck {

class ActionBars;
class ContextList;
class ReplayController;
class Session;
class WatchPage;

/// "Try it by hand": the user looks for what is hidden (a goal, a platform, the best arm), what they do goes into the
/// model's context, and then the model takes over from it. The outcome is kept as a rollout.
class HandPlayController : public QObject {
  Q_OBJECT

 public:
  HandPlayController(Session& session, ReplayController& replay, WatchPage& page, ContextList& context,
                     ActionBars& actions, QObject* parent = nullptr);
  ~HandPlayController() override;

  /// Needs a replay on the page; takes the page from it.
  void start();
  /// Back to the replay. A play that the model has not taken over is not kept.
  void leave();
  bool isActive() const { return is_active_; }
  bool isHandsTurn() const { return is_active_ && is_hands_turn_; }

  QAction* startAction() const { return start_; }
  /// The keys of a play, at work on the Watch page only while one goes on.
  QList<QAction*> keyActions() const { return keys_; }

 Q_SIGNALS:
  void started();
  void ended();
  void kept(const QString& folder);
  void failed(const QString& message);

 private:
  struct Play;
  struct Look;
  void addKey(const QString& name, const QString& text, const QList<QKeySequence>& keys, std::function<void()> act);
  void prepare();
  void nameStart();
  void act(Action action);
  void handOver();
  void show(const Look& look);
  void showPlot(const Look& look);
  void moveBoard();
  void enableKeys(bool are_enabled);
  void sayHandsTurn(const Look& look);

  Session& session_;
  ReplayController& replay_;
  WatchPage& page_;
  ContextList& context_;
  ActionBars& actions_;
  QAction* start_;
  QList<QAction*> keys_;
  bool is_active_ = false;
  bool is_hands_turn_ = false;
  bool is_busy_ = false;
  int plays_ = 0;  ///< of this program; each has another goal and other draws
  Generation generation_;
  std::shared_ptr<Play> play_;  // shared with the thread that plays
  std::shared_ptr<const RecordedStream> stream_;
  Background playing_;
};

}  // namespace limbeck
