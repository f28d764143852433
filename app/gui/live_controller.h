// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <deque>
#include <memory>
#include <optional>

#include "core/env/environment.h"
#include "core/experiment/live_feed.h"
#include "core/jobs/job_engine.h"
#include "core/plot/plot_model.h"
#include "core/store/run_record.h"
#include "widgets/base/background.h"
#include "widgets/base/run_id.h"

namespace limbeck {

class RunQueue;
class Session;
class WatchPage;

/// Shows a run at work on the Watch page: source agents learning, then the loss and the test on validation goals with
/// the weights of the moment, then the evaluation. A run of this window is followed by its live feed, one of another
/// program by what it writes to the workspace.
class LiveController : public QObject {
  Q_OBJECT

 public:
  LiveController(Session& session, RunQueue& queue, WatchPage& page, QObject* parent = nullptr);

  void follow(RunId run);
  void leave();
  std::optional<RunId> run() const { return is_active_ ? run_ : std::nullopt; }
  /// What the plots show, for an export.
  const PlotModel& plot() const { return plot_; }

 Q_SIGNALS:
  /// A run of another program, followed here, is not at work any more.
  void endedElsewhere(RunId run, RunState state);

 private:
  struct Facts;
  void onFacts(std::shared_ptr<const Facts> facts);
  void poll();
  void pollStore();
  void show(const LiveSnapshot& snapshot);
  void showHistories(const LiveHistories& histories);
  void showTraining(const LiveTraining& training);
  void showPlay(const LivePlay& play);
  void showPlayPlot(const LivePlay& play);
  void showProgress(const LiveSnapshot& snapshot);
  void showBoards(const std::vector<std::shared_ptr<const RecordedStream>>& streams, const QString& title,
                  PlotRole role, const QString& message);
  void moveBoards();
  std::optional<JobSnapshot> job() const;

  Session& session_;
  RunQueue& queue_;
  WatchPage& page_;
  QTimer timer_;
  bool is_active_ = false;
  std::optional<RunId> run_;
  std::shared_ptr<const Facts> facts_;  // shared with the background that loaded them
  std::shared_ptr<const LiveFeed> feed_;
  Generation generation_;
  bool is_reading_store_ = false;
  std::uint64_t shown_version_ = 0;
  std::shared_ptr<const LiveHistories> shown_histories_;
  std::shared_ptr<const LiveTraining> shown_training_;
  std::shared_ptr<const LivePlay> shown_play_;
  std::deque<PlotSeries> earlier_plays_;
  PlotModel plot_;
};

}  // namespace limbeck
