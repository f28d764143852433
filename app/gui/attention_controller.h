// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>

#include "app/gui/watch_subject.h"
#include "core/model/attention_probe.h"
#include "core/model/context_window.h"
#include "widgets/base/background.h"

namespace limbeck {

class ActionBars;
class ContextList;
class ReplayController;
class Session;
class WatchPage;

/// What AD's model read, looked at and was about to do at the moment under the cursor: computed from checkpoint and
/// rollout when somebody looks, on a thread of its own, always for the newest moment only.
class AttentionController : public QObject {
  Q_OBJECT

 public:
  AttentionController(Session& session, ReplayController& replay, WatchPage& page, ContextList& context,
                      ActionBars& actions, QObject* parent = nullptr);

  void setEnabled(bool is_enabled);
  bool isEnabled() const { return is_enabled_; }
  /// Nothing is looked at now: the panels say why.
  void clear(const QString& words);

 private:
  struct Answer {
    std::int64_t row = 0;
    ContextWindow window;
    Attention attention;
  };
  void onSubject();
  void onMoved();
  void ask();
  void show(const Answer& answer);
  /// The row whose action is chosen at the cursor: of an episode's end its last action.
  std::int64_t row() const;
  void highlight(std::optional<std::int64_t> row);
  /// Whether the play that is shown read more than what was recorded of it.
  bool hidesContext() const;

  Session& session_;
  ReplayController& replay_;
  WatchPage& page_;
  ContextList& context_;
  ActionBars& actions_;
  std::shared_ptr<const WatchSubject> subject_;
  std::shared_ptr<const AttentionProbe> probe_;  // shared with the thread that asks it
  QString no_probe_words_;
  QTimer timer_;
  bool is_enabled_ = true;
  bool is_asking_ = false;
  std::optional<std::int64_t> shown_row_;
  Generation generation_;
  Background computing_;
};

}  // namespace limbeck
