// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <chrono>
#include <memory>
#include <vector>

#include "widgets/base/run_id.h"
#include "widgets/queue/queue_entry.h"

namespace limbeck {

/// The queue below the list of runs: what is at work, what waits, what ended just now, and what an earlier start of the
/// program left unfinished. It only shows and asks; whoever owns the jobs answers the signals and calls `setEntries`
/// again.
class QueuePanel : public QWidget {
  Q_OBJECT

 public:
  explicit QueuePanel(QWidget* parent = nullptr);
  ~QueuePanel() override;

  /// Shows the entries in this order, which for waiting ones is the order they will run in. Cheap enough for 10 calls a
  /// second: a run that was shown before keeps its widgets, so that buttons under the mouse neither move nor lose the
  /// focus. A finished run disappears, although still given, once another one has started after it.
  void setEntries(const std::vector<QueueEntry>& entries);

  /// With a reason ("another window has this workspace open") everything that changes something is disabled and says
  /// why in its tooltip; with an empty one all is enabled again.
  void setReadOnly(const QString& reason);

  /// How long a stop or pause may stay unanswered before the reason is shown; two seconds unless said otherwise.
  void setPatience(std::chrono::milliseconds patience);

 Q_SIGNALS:
  void pauseRequested(RunId run);
  void resumeRequested(RunId run);
  void stopAndKeepRequested(RunId run);
  void stopAndDiscardRequested(RunId run);
  /// `position`: among the waiting ones, 0 = next.
  void moveRequested(RunId run, int position);
  void trashRequested(RunId run);
  /// An interrupted run stays as it is, or an ended one was taken note of: it leaves the queue.
  void keepRequested(RunId run);
  void runActivated(RunId run);
  /// "Copy details" was pressed: the whole failure, for the clipboard.
  void detailsRequested(RunId run);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limbeck
