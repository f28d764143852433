// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/queue/queue_panel.h"

#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

namespace limbeck {
namespace {

/// Run 20 is "AD-20", its job 20.
QueueEntry entryOf(int number, JobState state) {
  QueueEntry entry;
  entry.run = RunId{number};
  entry.name = QStringLiteral("AD-%1").arg(number);
  entry.job.id = JobId{static_cast<std::uint64_t>(number)};
  entry.job.state = state;
  if (state != JobState::Waiting) entry.job.progress = {.what = "steps", .done = 410, .total = 1000};
  return entry;
}

QueueEntry interrupted(int number) {
  QueueEntry entry = entryOf(number, JobState::Waiting);
  entry.job = {};
  entry.is_recoverable = true;
  entry.recover_text = "interrupted at 62 %";
  return entry;
}

/// The button with this accessible name that the user sees, or null.
QAbstractButton* buttonOf(const QWidget& panel, const QString& name) {
  for (QAbstractButton* button : panel.findChildren<QAbstractButton*>()) {
    if (button->accessibleName() == name && button->isVisible()) return button;
  }
  return nullptr;
}

/// All words that the user sees, of one card after the other.
QString wordsOf(const QWidget& panel) {
  QStringList words;
  for (const QLabel* label : panel.findChildren<QLabel*>()) {
    if (label->isVisible()) words << label->text();
  }
  return words.join('\n');
}

/// Opens the menu of a button by a click and takes its entry number `index`, as a user without a mouse would.
void chooseInMenu(QAbstractButton* button, int index) {
  QMenu* menu = qobject_cast<QPushButton*>(button)->menu();
  QTimer::singleShot(0, menu, [menu, index] {
    menu->setActiveAction(menu->actions().at(index));
    QTest::keyClick(menu, Qt::Key_Return);
  });
  QTest::mouseClick(button, Qt::LeftButton);
  button->window()->activateWindow();  // a window manager would do it
  QVERIFY(QTest::qWaitForWindowActive(button->window()));
}

constexpr int kStopAndKeep = 0;
constexpr int kStopAndDiscard = 1;

}  // namespace

class QueuePanelTest final : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    panel_ = std::make_unique<QueuePanel>();
    panel_->resize(320, 600);
    panel_->show();
    panel_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(panel_.get()));
  }
  void cleanup() { panel_.reset(); }

  void emptyQueueSaysHowToStart() {
    QVERIFY(wordsOf(*panel_).contains("Nothing is running."));
    QVERIFY(wordsOf(*panel_).contains("Start one with New run."));
    panel_->setEntries({entryOf(20, JobState::Running)});
    QVERIFY(!wordsOf(*panel_).contains("Nothing is running."));
    QVERIFY(wordsOf(*panel_).contains("1 at work, 0 waiting"));
  }

  void refreshNeitherMovesButtonsNorTakesTheFocus() {
    QueueEntry entry = entryOf(20, JobState::Running);
    panel_->setEntries({entry, entryOf(21, JobState::Waiting)});
    QAbstractButton* pause = buttonOf(*panel_, "Pause AD-20");
    QVERIFY(pause != nullptr);
    pause->setFocus();
    QCoreApplication::processEvents();
    const QPoint before = pause->mapTo(panel_.get(), QPoint());
    entry.job.progress.done = 999;
    entry.job.progress.detail = "a detail that is much too long for the width of a narrow dock beside everything else";
    entry.job.progress.rate = 83000.0;
    entry.job.progress.rate_unit = "tokens";
    entry.job.remaining_seconds = 3600.0 * 30.0;
    panel_->setEntries({entry, entryOf(21, JobState::Waiting)});
    QCoreApplication::processEvents();
    QCOMPARE(buttonOf(*panel_, "Pause AD-20"), pause);
    QCOMPARE(pause->mapTo(panel_.get(), QPoint()), before);
    QVERIFY(pause->hasFocus());
  }

  void barIsIndeterminateOnlyUntilTheTotalIsKnown() {
    QueueEntry entry = entryOf(20, JobState::Running);
    entry.job.progress = {};
    panel_->setEntries({entry});
    const auto* bar = panel_->findChild<QProgressBar*>();
    QCOMPARE(bar->maximum(), 0);
    panel_->setEntries({entryOf(20, JobState::Running)});
    QCOMPARE(bar->text(), "41%");  // 410 of 1000
  }

  void pauseAnswersAtOnceAndBecomesResumeAtTheSafePoint() {
    const QSignalSpy paused(panel_.get(), &QueuePanel::pauseRequested);
    const QSignalSpy resumed(panel_.get(), &QueuePanel::resumeRequested);
    panel_->setEntries({entryOf(20, JobState::Running)});
    QTest::mouseClick(buttonOf(*panel_, "Pause AD-20"), Qt::LeftButton);
    QCOMPARE(paused.size(), 1);
    QCOMPARE(paused[0][0].value<RunId>(), RunId{20});
    const QAbstractButton* pausing = buttonOf(*panel_, "Pausing… AD-20");
    QVERIFY(pausing != nullptr && !pausing->isEnabled());

    QueueEntry asked = entryOf(20, JobState::Running);
    asked.job.is_pause_requested = true;
    panel_->setEntries({asked});
    QVERIFY(buttonOf(*panel_, "Pausing… AD-20") != nullptr);
    asked.job.state = JobState::Paused;
    panel_->setEntries({asked});
    QVERIFY(wordsOf(*panel_).contains("paused"));
    QTest::mouseClick(buttonOf(*panel_, "Resume AD-20"), Qt::LeftButton);
    QCOMPARE(resumed.size(), 1);
  }

  void stopAndKeepSaysAtOnceThatItStopsAndWhatIsKept() {
    const QSignalSpy stopped(panel_.get(), &QueuePanel::stopAndKeepRequested);
    panel_->setEntries({entryOf(20, JobState::Running)});
    chooseInMenu(buttonOf(*panel_, "Stop AD-20"), kStopAndKeep);
    QCOMPARE(stopped.size(), 1);
    QVERIFY(buttonOf(*panel_, "Stopping… AD-20") != nullptr);
    QVERIFY(wordsOf(*panel_).contains("A checkpoint is written and kept."));
    QVERIFY(!wordsOf(*panel_).contains("validation play"));

    QueueEntry ended = entryOf(20, JobState::Stopped);
    ended.job.kept = "checkpoint at step 410";
    panel_->setEntries({ended});
    QVERIFY(wordsOf(*panel_).contains("Kept: checkpoint at step 410."));
    QVERIFY(buttonOf(*panel_, "Resume AD-20") != nullptr);
  }

  void aStopWithoutAnswerTellsItsReason() {
    panel_->setPatience(std::chrono::milliseconds(20));
    const std::vector<QueueEntry> entries = {entryOf(20, JobState::Stopping)};
    panel_->setEntries(entries);
    QVERIFY(!wordsOf(*panel_).contains("validation play"));
    QTRY_VERIFY((panel_->setEntries(entries), wordsOf(*panel_).contains("validation play")));
  }

  void discardingIsConfirmedInTheCardAndEnterGoesBack() {
    const QSignalSpy discarded(panel_.get(), &QueuePanel::stopAndDiscardRequested);
    panel_->setEntries({entryOf(20, JobState::Running)});
    chooseInMenu(buttonOf(*panel_, "Stop AD-20"), kStopAndDiscard);
    QVERIFY(wordsOf(*panel_).contains("This cannot be undone."));
    QTRY_COMPARE(QApplication::focusWidget(), static_cast<QWidget*>(buttonOf(*panel_, "Go back AD-20")));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(buttonOf(*panel_, "Discard AD-20") == nullptr);
    QCOMPARE(discarded.size(), 0);

    chooseInMenu(buttonOf(*panel_, "Stop AD-20"), kStopAndDiscard);
    panel_->setEntries({entryOf(20, JobState::Running)});  // a refresh does not take the question away
    QTest::mouseClick(buttonOf(*panel_, "Discard AD-20"), Qt::LeftButton);
    QCOMPARE(discarded.size(), 1);
    const QAbstractButton* stopping = buttonOf(*panel_, "Stopping… AD-20");
    QVERIFY(stopping != nullptr && !stopping->isEnabled());
    panel_->setEntries({entryOf(20, JobState::Stopped)});
    QVERIFY(wordsOf(*panel_).contains("What it made was removed."));
    QVERIFY(buttonOf(*panel_, "Resume AD-20") == nullptr);
  }

  void waitingRunsMoveAmongThemselves() {
    const QSignalSpy moved(panel_.get(), &QueuePanel::moveRequested);
    const QueueEntry running = entryOf(20, JobState::Running);
    const QueueEntry first = entryOf(21, JobState::Waiting);
    const QueueEntry second = entryOf(22, JobState::Waiting);
    panel_->setEntries({running, first, second});
    QVERIFY(wordsOf(*panel_).contains("Starts next"));
    QVERIFY(wordsOf(*panel_).contains("1 run before it"));
    QVERIFY(!buttonOf(*panel_, "AD-21: Run it earlier")->isEnabled());
    QVERIFY(!buttonOf(*panel_, "AD-22: Run it later")->isEnabled());
    QVERIFY(buttonOf(*panel_, "AD-20: Run it later") == nullptr);
    QTest::mouseClick(buttonOf(*panel_, "AD-22: Run it earlier"), Qt::LeftButton);
    QCOMPARE(moved.size(), 1);
    QCOMPARE(moved[0][0].value<RunId>(), RunId{22});
    QCOMPARE(moved[0][1].toInt(), 0);
    panel_->setEntries({running, second, first});
    QTRY_VERIFY(buttonOf(*panel_, "AD-22: Run it later")->mapTo(panel_.get(), QPoint()).y() <
                buttonOf(*panel_, "AD-21: Run it later")->mapTo(panel_.get(), QPoint()).y());
  }

  void aFailureShowsItsCauseAndTheWayOut() {
    const QSignalSpy details(panel_.get(), &QueuePanel::detailsRequested);
    QueueEntry entry = entryOf(20, JobState::Failed);
    entry.job.failure_code = "Diverged";
    entry.job.failure_message = "training diverged at step 812: loss nan; no checkpoint was written yet";
    panel_->setEntries({entry});
    QVERIFY(wordsOf(*panel_).contains("failed"));
    QVERIFY(wordsOf(*panel_).contains("Training diverged at step 812: loss nan."));
    QVERIFY(wordsOf(*panel_).contains("Duplicate the run with a lower learning rate"));
    QVERIFY(buttonOf(*panel_, "Try again AD-20") == nullptr);  // the same run would diverge again
    QTest::mouseClick(buttonOf(*panel_, "Copy details AD-20"), Qt::LeftButton);
    QCOMPARE(details.size(), 1);
    entry.job.failure_code = "IoFailure";
    panel_->setEntries({entry});
    QVERIFY(buttonOf(*panel_, "Try again AD-20") != nullptr);
  }

  void anInterruptedRunIsResumedKeptOrTrashed() {
    const QSignalSpy resumed(panel_.get(), &QueuePanel::resumeRequested);
    const QSignalSpy kept(panel_.get(), &QueuePanel::keepRequested);
    const QSignalSpy trashed(panel_.get(), &QueuePanel::trashRequested);
    panel_->setEntries({interrupted(17)});
    QVERIFY(wordsOf(*panel_).contains("This run was interrupted at 62 %."));
    for (const char* name : {"Resume AD-17", "Keep as it is AD-17", "Trash AD-17"}) {
      QTest::mouseClick(buttonOf(*panel_, name), Qt::LeftButton);
    }
    QCOMPARE(resumed.size(), 1);
    QCOMPARE(kept.size(), 1);
    QCOMPARE(trashed.size(), 1);
  }

  void aDoneRunIsShownUntilAnotherStarts() {
    const QSignalSpy activated(panel_.get(), &QueuePanel::runActivated);
    const QueueEntry done = entryOf(20, JobState::Done);
    panel_->setEntries({entryOf(20, JobState::Running), entryOf(21, JobState::Waiting)});
    // It ends and the next one starts within one refresh: it must still be seen.
    panel_->setEntries({done, entryOf(21, JobState::Running), entryOf(22, JobState::Waiting)});
    QTest::mouseClick(buttonOf(*panel_, "Show AD-20"), Qt::LeftButton);
    QCOMPARE(activated.size(), 1);
    panel_->setEntries({done, entryOf(21, JobState::Done), entryOf(22, JobState::Running)});
    QVERIFY(buttonOf(*panel_, "Show AD-20") == nullptr);
    QVERIFY(buttonOf(*panel_, "Show AD-21") != nullptr);
  }

  void aFailureStaysUntilItIsClosed() {
    const QSignalSpy kept(panel_.get(), &QueuePanel::keepRequested);
    const QueueEntry failed = entryOf(20, JobState::Failed);
    panel_->setEntries({failed, entryOf(21, JobState::Waiting)});
    panel_->setEntries({failed, entryOf(21, JobState::Running)});
    const QString close = "AD-20: Remove from this list; the run itself stays";
    QTest::mouseClick(buttonOf(*panel_, close), Qt::LeftButton);
    QVERIFY(buttonOf(*panel_, close) == nullptr);
    QCOMPARE(kept.size(), 1);
    panel_->setEntries({failed, entryOf(21, JobState::Running)});
    QVERIFY(buttonOf(*panel_, close) == nullptr);
  }

  void readOnlyDisablesWithItsReason() {
    panel_->setReadOnly("Another window has this workspace open.");
    panel_->setEntries({entryOf(20, JobState::Running), interrupted(17)});
    for (const char* name : {"Pause AD-20", "Stop AD-20", "Resume AD-17", "Keep as it is AD-17", "Trash AD-17"}) {
      const QAbstractButton* button = buttonOf(*panel_, name);
      QVERIFY2(button != nullptr && !button->isEnabled(), name);
      QCOMPARE(button->toolTip(), "Another window has this workspace open.");
    }
    panel_->setReadOnly({});
    QVERIFY(buttonOf(*panel_, "Pause AD-20")->isEnabled());
  }

  void everyButtonIsReachedByTabAndHasAName() {
    panel_->setEntries({entryOf(20, JobState::Running), entryOf(21, JobState::Waiting), entryOf(22, JobState::Waiting),
                        entryOf(23, JobState::Failed), interrupted(17)});
    QSet<QWidget*> expected;
    for (QAbstractButton* button : panel_->findChildren<QAbstractButton*>()) {
      if (!button->isVisible()) continue;
      QVERIFY(!button->accessibleName().isEmpty());
      if (button->isEnabled()) expected.insert(button);
    }
    QSet<QWidget*> reached;
    buttonOf(*panel_, "Pause AD-20")->setFocus();
    for (qsizetype i = 0; i < 2 * expected.size(); ++i) {
      reached.insert(QApplication::focusWidget());
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    QVERIFY(expected.size() > 10);
    QVERIFY2((expected - reached).isEmpty(), qPrintable(QString::number((expected - reached).size())));
  }

 private:
  std::unique_ptr<QueuePanel> panel_;
};

}  // namespace limbeck

QTEST_MAIN(limbeck::QueuePanelTest)
#include "queue_panel_test.moc"
