// SPDX-License-Identifier: GPL-3.0-or-later
// What the window does when runs are chosen, start, end or fail.
#include <QLabel>
#include <QStatusBar>
#include <QTimer>

#include "app/gui/export_controller.h"
#include "app/gui/hand_play_controller.h"
#include "app/gui/live_controller.h"
#include "app/gui/main_window.h"
#include "app/gui/new_run_controller.h"
#include "app/gui/replay_controller.h"
#include "app/gui/report_controller.h"
#include "app/gui/report_page.h"
#include "app/gui/run_list_controller.h"
#include "app/gui/run_queue.h"
#include "app/gui/session.h"
#include "app/gui/watch_page.h"
#include "app/gui/window_state.h"
#include "core/experiment/experiment_report.h"
#include "widgets/base/empty_state.h"
#include "widgets/base/text.h"
#include "widgets/queue/queue_panel.h"
#include "widgets/queue/queue_words.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/shell/banner.h"
#include "widgets/shell/toast.h"

#include <QClipboard>
#include <QGuiApplication>
#include <algorithm>

namespace limbeck {
namespace {

constexpr int kQueuePollMilliseconds = 100;

/// "AD-20: 80 % of the optimum after 13 episodes; with the context cleared 0.3 of 16.4."
QString outcomeWords(const WatchSubject& subject) {
  const ExperimentReport& report = subject.report;
  const auto policy = [&](const char* name) -> const PolicyReport* {
    const auto place = std::ranges::find(report.policies, name, &PolicyReport::policy);
    return place == report.policies.end() ? nullptr : &*place;
  };
  const PolicyReport* ad = policy(kPolicyAd);
  if (ad == nullptr) return {};
  QString words = MainWindow::tr("%1: first episode %2, last ones %3 of %4 on tasks it never saw")
                      .arg(toQString(subject.replay.run.name()), returnText(ad->scores.first_return.mean),
                           returnText(ad->scores.last_returns.mean), returnText(report.optimum));
  if (const PolicyReport* cleared = policy(kPolicyCleared)) {
    words += MainWindow::tr("; with its context cleared %1").arg(returnText(cleared->scores.last_returns.mean));
  }
  return words + QLatin1Char('.');
}

}  // namespace

QString MainWindow::runName(RunId run) const {
  for (const QueueEntry& entry : queue_->entries()) {
    if (entry.run == run) return entry.name;
  }
  return run_list_->nameOf(run);
}

void MainWindow::connectRuns() {
  connect(runs_panel_, &RunsPanel::runActivated, this, &MainWindow::onRunActivated);
  connect(runs_panel_, &RunsPanel::duplicateRequested, this, [this](RunId run) {
    new_run_->duplicate(run);
    showNewRun();
  });
  connect(runs_panel_, &RunsPanel::verdictsRequested, this, &MainWindow::showVerdicts);
  connect(report_page_->backAction(), &QAction::triggered, this, [this] { showPage(watch_page_); });
  connect(report_page_, &ReportPage::saved, this,
          [this](const QString& path) { toast_->say(tr("Wrote %1").arg(path)); });
  connect(report_page_, &ReportPage::failed, this,
          [this](const QString& message) { banner_->say(Banner::Kind::Error, message); });
  connect(queue_, &RunQueue::finished, this, [this] { report_->refresh(); });
  connect(runs_panel_, &RunsPanel::exportRequested, this,
          [this](RunId run) { export_->askForRecord(run, runName(run)); });
  connect(run_list_, &RunListController::failed, this,
          [this](const QString& message) { banner_->say(Banner::Kind::Error, message); });
  connect(run_list_, &RunListController::said, this,
          [this](const QString& text, QAction* undo) { toast_->say(text, undo); });
  connect(run_list_, &RunListController::counted, this, [this](int runs) {
    status_->setText(tr("%1 · %n run(s)", nullptr, runs)
                         .replace(QStringLiteral("(s)"), runs == 1 ? QString() : QStringLiteral("s"))
                         .arg(toQString(session_.folder().string())));
  });
  connect(replay_, &ReplayController::shown, this, [this](RunId run) {
    state_->setLastRun(run);
    run_list_->select(run);
  });
  connect(replay_, &ReplayController::couldNotShow, this, [this](RunId, const QString& message) {
    replay_->leave();
    live_->leave();
    watch_page_->emptyState().setWords(tr("Nothing to replay"), message);
    watch_page_->showEmpty(true);
    toast_->say(message);
  });
  connect(live_, &LiveController::endedElsewhere, this, [this](RunId run, RunState state) {
    if (state == RunState::Done) {
      watch(run);
    } else {
      toast_->say(tr("%1 ended before it was done: %2.").arg(runName(run), toQString(runStateName(state))));
    }
  });
  connect(hand_play_, &HandPlayController::ended, this, [this] {
    if (const auto subject = replay_->lastSubject(); subject != nullptr && !live_->run())
      replay_->show(subject->replay.run.id);
  });
  connect(hand_play_, &HandPlayController::kept, this,
          [this](const QString& folder) { toast_->say(tr("Kept as a rollout in %1").arg(folder)); });
  connect(hand_play_, &HandPlayController::failed, this,
          [this](const QString& message) { banner_->say(Banner::Kind::Warning, message); });
  connect(export_, &ExportController::wrote, this,
          [this](const QStringList& paths) { toast_->say(tr("Wrote %1").arg(paths.join(QStringLiteral(", ")))); });
  connect(export_, &ExportController::failed, this,
          [this](const QString& message) { banner_->say(Banner::Kind::Error, message); });
  connect(export_, &ExportController::progressed, this,
          [this](double share) { statusBar()->showMessage(tr("Exporting: %1 %").arg(qRound(share * 100)), 2000); });
  connect(new_run_, &NewRunController::started, this, [this] { follows_next_run_ = true; });
  connect(new_run_, &NewRunController::failed, this,
          [this](const QString& message) { banner_->say(Banner::Kind::Error, message); });
  connect(&session_, &Session::readOnlyReasonChanged, this, &MainWindow::refreshReadOnly);
}

/// A finished run is replayed, one at work is followed, another is shown in the inspector.
void MainWindow::onRunActivated(RunId run) {
  const std::vector<RunId> at_work = queue_->unfinished();
  if (std::ranges::find(at_work, run) != at_work.end()) {
    followLive(run);
    return;
  }
  if (run_list_->stateOf(run) == RunState::Running) {
    followLive(run);
    return;
  }
  watch(run);
}

void MainWindow::connectQueue() {
  queue_timer_ = new QTimer(this);
  connect(queue_timer_, &QTimer::timeout, this, &MainWindow::refreshQueue);
  connect(queue_, &RunQueue::changed, this, &MainWindow::refreshQueue);
  connect(queue_, &RunQueue::queued, this, [this](RunId run) {
    if (session_.readOnlyReason().isEmpty()) banner_->clear();  // why an earlier try was refused
    if (!follows_next_run_) return;
    follows_next_run_ = false;
    followLive(run);
  });
  connect(queue_, &RunQueue::finished, this, &MainWindow::onRunFinished);
  connect(queue_, &RunQueue::failed, this, &MainWindow::onRunFailed);
  connect(queue_, &RunQueue::stopped, this, [this](RunId run, const QString& kept) {
    toast_->say(kept.isEmpty() ? tr("%1 stopped.").arg(runName(run))
                               : tr("%1 stopped. Kept: %2.").arg(runName(run), kept));
  });
  connect(queue_, &RunQueue::alreadyDone, this, [this](RunId run) {
    follows_next_run_ = false;
    toast_->say(tr("%1 has done exactly this, so here it is. Another seed makes a new run.").arg(runName(run)));
    watch(run);
  });
  connect(queue_, &RunQueue::someDone, this, [this](int done, int asked) {
    toast_->say(tr("%1 of %2 runs were done already; the others are queued.").arg(done).arg(asked));
  });
  connect(queue_, &RunQueue::refused, this, [this](const QString& message) {
    follows_next_run_ = false;
    banner_->say(Banner::Kind::Error, message);
  });
  connect(queue_panel_, &QueuePanel::pauseRequested, queue_, &RunQueue::pause);
  connect(queue_panel_, &QueuePanel::resumeRequested, queue_, &RunQueue::resume);
  connect(queue_panel_, &QueuePanel::stopAndKeepRequested, queue_, &RunQueue::stopAndKeep);
  connect(queue_panel_, &QueuePanel::stopAndDiscardRequested, queue_, &RunQueue::stopAndDiscard);
  connect(queue_panel_, &QueuePanel::moveRequested, queue_, &RunQueue::move);
  connect(queue_panel_, &QueuePanel::keepRequested, queue_, &RunQueue::keep);
  connect(queue_panel_, &QueuePanel::trashRequested, this, [this](RunId run) {
    queue_->keep(run);
    run_list_->trash(run);
  });
  connect(queue_panel_, &QueuePanel::runActivated, this, &MainWindow::onRunActivated);
  connect(queue_panel_, &QueuePanel::detailsRequested, this, [this](RunId run) {
    for (const QueueEntry& entry : queue_->entries()) {
      if (entry.run != run) continue;
      QGuiApplication::clipboard()->setText(toQString(entry.job.failure_code + ": " + entry.job.failure_message));
      statusBar()->showMessage(tr("Copied"), 2000);
    }
  });
}

void MainWindow::refreshQueue() {
  const std::vector<QueueEntry> entries = queue_->entries();
  queue_panel_->setEntries(entries);
  const bool is_busy = queue_->isBusy();
  // Nothing is polled while nothing happens.
  if (is_busy && !queue_timer_->isActive()) queue_timer_->start(kQueuePollMilliseconds);
  if (!is_busy) queue_timer_->stop();
  for (const QueueEntry& entry : entries) {
    const Progress& progress = entry.job.progress;
    const double share =
        progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 0.0;
    if (!entry.is_recoverable && entry.job.state == JobState::Running)
      run_list_->showProgress(entry.run, share, stageName(progress).toLower());
  }
  const bool has_current = queue_->current().has_value();
  for (QAction* action : {actions_.pause, actions_.stop_keep, actions_.stop_discard, actions_.follow})
    action->setEnabled(has_current);
}

void MainWindow::onRunFinished(RunId run) {
  const bool was_watched = live_->run() == run;
  if (!was_watched) {
    toast_->say(tr("%1 is done.").arg(runName(run)));
    return;
  }
  // The next one in the queue is not followed by itself: what was just made is what the user waits for.
  connect(
      replay_, &ReplayController::shown, this,
      [this, run](RunId shown) {
        if (shown == run && replay_->subject() != nullptr)
          toast_->say(outcomeWords(*replay_->subject()), nullptr, 15.0);
      },
      Qt::SingleShotConnection);
  watch(run);
}

/// What the disk refused can be tried again once there is room; the run goes on from its last checkpoint.
void MainWindow::onRunFailed(RunId run, const QString& message) {
  toast_->say(tr("%1 failed: %2").arg(runName(run), message), nullptr, 12.0);
  const std::vector<QueueEntry> entries = queue_->entries();
  const auto entry = std::ranges::find(entries, run, &QueueEntry::run);
  if (entry == entries.end() || entry->job.failure_code != "IoFailure") return;
  actions_.retry->disconnect(this);
  connect(actions_.retry, &QAction::triggered, this, [this, run] {
    banner_->clear();
    queue_->resume(run);
  });
  banner_->say(Banner::Kind::Error, tr("%1 stopped because the disk refused: %2").arg(runName(run), message),
               {actions_.retry});
}

void MainWindow::refreshReadOnly() {
  const QString reason = session_.readOnlyReason();
  queue_panel_->setReadOnly(reason);
  run_list_->setReadOnly(reason);
  if (reason.isEmpty()) {
    if (!is_closing_) banner_->clear();
  } else if (!queue_->isBusy()) {
    banner_->say(Banner::Kind::Information, reason);
  }
}

}  // namespace limbeck
