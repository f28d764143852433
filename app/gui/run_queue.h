// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "core/experiment/live_feed.h"
#include "core/experiment/run_experiment.h"
#include "core/jobs/job_engine.h"
#include "widgets/base/run_id.h"
#include "widgets/queue/queue_entry.h"

namespace limbeck {

class Session;

/// The runs at work and those that wait: the one place where the engine's threads become signals of the window. All
/// calls on the GUI thread. Runs are done one after the other, each with all its threads.
class RunQueue : public QObject {
  Q_OBJECT

 public:
  explicit RunQueue(Session& session, QObject* parent = nullptr);
  /// Stops what runs and keeps what is worth keeping.
  ~RunQueue() override;

  /// Opens the rows of these runs in the background and queues them in their order. A run that has been done already is
  /// not done again: `alreadyDone` tells of the first one when all were, else `someDone` how many.
  void start(std::vector<RunRequest> requests);
  /// One run for each seed.
  void start(const RunRequest& request, const std::vector<std::uint64_t>& seeds);
  /// Goes on with a stored run that was stopped, interrupted or paused, or resumes a paused job.
  void resume(RunId run);

  void pause(RunId run);
  void stopAndKeep(RunId run);
  void stopAndDiscard(RunId run);
  void move(RunId run, int position);
  /// Leaves an interrupted run as it is and takes it off the list.
  void keep(RunId run);
  /// The job that runs now, if any.
  std::optional<RunId> current() const;

  /// At work, waiting, ended a moment ago, and those that an earlier start left unfinished.
  std::vector<QueueEntry> entries() const;
  /// What a run shows of itself; null when it is not in the queue.
  std::shared_ptr<const LiveFeed> feed(RunId run) const;
  bool isBusy() const;
  /// Those that run, pause or wait, in order: what "pause and quit" goes on with next time.
  std::vector<RunId> unfinished() const;

  /// Offers a run that an earlier start left unfinished.
  void offer(RunId run);
  void stopAll();

 Q_SIGNALS:
  /// Something was submitted, started, paused, ended, offered or taken away; not for progress, which is polled.
  void changed();
  void queued(RunId run);
  void started(RunId run);
  void finished(RunId run);
  void failed(RunId run, const QString& message);
  void stopped(RunId run, const QString& kept);
  void alreadyDone(RunId run);
  void someDone(int done, int asked);
  void refused(const QString& message);
  /// After `stopAll`: nothing runs any more.
  void idle();

 private:
  struct Item;
  void submit(const RunRecord& record, const RunRequest& request);
  void onEvent(const JobEvent& event);
  Item* find(RunId run);
  const Item* find(RunId run) const;
  void forgetEnded(RunId run);

  Session& session_;
  std::vector<std::shared_ptr<Item>> items_;
  std::vector<QueueEntry> offered_;
  std::unique_ptr<JobEngine> engine_;
};

}  // namespace limbeck
