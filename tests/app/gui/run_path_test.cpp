// SPDX-License-Identifier: GPL-3.0-or-later
// From the New run page to the replay of what was trained, and everything that may come between.
#include <QPushButton>
#include <QStyleHints>

#include "app/gui/live_controller.h"
#include "app/gui/replay_controller.h"
#include "app/gui/run_queue.h"
#include "app/gui/watch_page.h"
#include "tests/app/gui/gui_fixture.h"
#include "widgets/board/board_view.h"
#include "widgets/form/new_run_page.h"
#include "widgets/plot/plot_view.h"
#include "widgets/queue/queue_panel.h"
#include "widgets/shell/stage_progress.h"
#include "widgets/shell/toast.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

QPushButton* button(const QWidget& parent, const QString& text) {
  for (auto* candidate : parent.findChildren<QPushButton*>()) {
    if (candidate->isVisible() && candidate->text().contains(text)) return candidate;
  }
  return nullptr;
}

RunState stateOf(const GuiFixture& gui, RunId run) {
  return Workspace(gui.folder(), OpenMode::ReadOnly).store().run(run).state;
}

/// A tiny run that takes some seconds: long enough to be paused.
QList<std::pair<QString, QString>> slow() {
  return {{"steps = 60", "steps = 1500"}, {"validate_every = 20", "validate_every = 500"}};
}

}  // namespace

class RunPathTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void quickRunOnATinyRoomIsFollowedAndReplayed() {
    GuiFixture gui;
    gui.openDemo();
    MainWindow& window = gui.window();
    window.openExperiment(gui.tinyFile());
    QTRY_VERIFY(button(window.newRunPage(), "Start") != nullptr && button(window.newRunPage(), "Start")->isEnabled());
    QSignalSpy started(&window.queue(), &RunQueue::started);
    QTest::mouseClick(button(window.newRunPage(), "Start"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(started.count(), 1, kPatience);
    QTRY_VERIFY(window.watchPage().isVisible());
    const RunId run{2};
    QTRY_VERIFY_WITH_TIMEOUT(window.replay().subject() != nullptr && window.replay().subject()->replay.run.id == run,
                             kPatience);
    QCOMPARE(stateOf(gui, run), RunState::Done);
    QVERIFY(!window.live().run());
    // Beside its control, on a task that it never trained on.
    QVERIFY(window.watchPage().board(2).isVisible());
    QVERIFY(window.watchPage().board(2).title().contains("context cleared"));
    QTRY_VERIFY(window.toast().text().contains("AD-2"));
    QVERIFY(window.toast().text().contains("context cleared"));
  }

  void progressNamesStagesAndLoss() {
    GuiFixture gui;
    gui.open();
    MainWindow& window = gui.window();
    window.openExperiment(gui.tinyFile(slow()));
    QTest::mouseClick(button(window.newRunPage(), "Start"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.watchPage().progress().words().contains("loss"), kPatience);
    QVERIFY(window.watchPage().progress().isVisible());
    QCOMPARE(&window.plotToExport(), &window.watchPage().plot());
    QTest::mouseClick(&window.watchPage().lossPlot(), Qt::LeftButton);
    QCOMPARE(&window.plotToExport(), &window.watchPage().lossPlot());
    QVERIFY(window.watchPage().progress().total() > 0.0 && window.watchPage().progress().total() < 1.0);
    window.queue().stopAll();
    QTRY_VERIFY_WITH_TIMEOUT(!window.queue().isBusy(), kPatience);
    QTRY_VERIFY(window.watchPage().progress().words().contains("Kept"));
  }

  void pausedRunGoesOnByAClick() {
    GuiFixture gui;
    gui.open();
    MainWindow& window = gui.window();
    window.openExperiment(gui.tinyFile(slow()));
    QTest::mouseClick(button(window.newRunPage(), "Start"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(button(window.queuePanel(), "Pause") != nullptr, kPatience);
    QTest::mouseClick(button(window.queuePanel(), "Pause"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(button(window.queuePanel(), "Resume") != nullptr, kPatience);
    const RunId run = *window.queue().current();
    QCOMPARE(window.queue().entries().front().job.state, JobState::Paused);
    QTest::mouseClick(button(window.queuePanel(), "Resume"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!window.queue().isBusy(), kPatience);
    QCOMPARE(stateOf(gui, run), RunState::Done);
  }

  void pauseAndQuitGoesOnAtTheNextStart() {
    GuiFixture gui;
    gui.open();
    const QString file = gui.tinyFile(slow());
    gui.window().openExperiment(file);
    QTest::mouseClick(button(gui.window().newRunPage(), "Start"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(gui.window().watchPage().progress().words().contains("loss"), kPatience);
    gui.window().ask_quit = [] { return QuitChoice::PauseAndQuit; };
    gui.window().close();
    QTRY_VERIFY_WITH_TIMEOUT(!gui.window().isVisible(), kPatience);
    QCOMPARE(stateOf(gui, RunId{1}), RunState::Stopped);
    gui.program->closeAll();
    gui.open();
    QTRY_VERIFY_WITH_TIMEOUT(gui.window().queue().isBusy(), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!gui.window().queue().isBusy(), kPatience);
    QCOMPARE(stateOf(gui, RunId{1}), RunState::Done);
    QCOMPARE(Workspace(gui.folder(), OpenMode::ReadOnly).store().listRuns().size(), std::size_t{1});
  }

  void goBackLeavesTheRunAlone() {
    GuiFixture gui;
    gui.open();
    gui.window().openExperiment(gui.tinyFile(slow()));
    QTest::mouseClick(button(gui.window().newRunPage(), "Start"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(gui.window().queue().isBusy(), kPatience);
    gui.window().ask_quit = [] { return QuitChoice::GoBack; };
    gui.window().close();
    QVERIFY(gui.window().isVisible());
    QVERIFY(gui.window().queue().isBusy());
  }

  void keepAndQuitDoesNotGoOn() {
    GuiFixture gui;
    gui.open();
    gui.window().openExperiment(gui.tinyFile(slow()));
    QTest::mouseClick(button(gui.window().newRunPage(), "Start"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(gui.window().watchPage().progress().words().contains("loss"), kPatience);
    gui.window().ask_quit = [] { return QuitChoice::KeepAndQuit; };
    gui.window().close();
    QTRY_VERIFY_WITH_TIMEOUT(!gui.window().isVisible(), kPatience);
    gui.program->closeAll();
    gui.open();
    QTest::qWait(300);
    QVERIFY(!gui.window().queue().isBusy());
    QCOMPARE(stateOf(gui, RunId{1}), RunState::Stopped);
  }

  void runThatFailsSaysWhyAndStaysInTheList() {
    GuiFixture gui;
    gui.open();
    MainWindow& window = gui.window();
    // A bound below any loss: training counts as diverged at once after the warm-up.
    window.openExperiment(gui.tinyFile({{"warmup_steps = 10", "warmup_steps = 10\ndivergence_loss = 0.0001"}}));
    QSignalSpy failed(&window.queue(), &RunQueue::failed);
    QTest::mouseClick(button(window.newRunPage(), "Start"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
    QCOMPARE(stateOf(gui, RunId{1}), RunState::Failed);
    QVERIFY(window.toast().text().contains("AD-1 failed"));
    const QueueEntry entry = window.queue().entries().front();
    QCOMPARE(entry.job.state, JobState::Failed);
    QCOMPARE(QString::fromStdString(entry.job.failure_code), QString("Diverged"));
    QTRY_VERIFY(button(window.queuePanel(), "Copy details") != nullptr);
  }

  void sameRunTwiceIsShownAndNotDoneAgain() {
    GuiFixture gui;
    gui.open();
    MainWindow& window = gui.window();
    const QString file = gui.tinyFile();
    window.openExperiment(file);
    QTest::mouseClick(button(window.newRunPage(), "Start"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.replay().subject() != nullptr, kPatience);
    QSignalSpy already(&window.queue(), &RunQueue::alreadyDone);
    window.openExperiment(file);
    // The tiny run was done in less than a double click, which counts as one wish.
    QTest::qWait(QGuiApplication::styleHints()->mouseDoubleClickInterval());
    QTest::mouseClick(button(window.newRunPage(), "Start"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(already.count(), 1, kPatience);
    QVERIFY(window.toast().text().contains("has done exactly this"));
  }

  void interruptedRunIsOfferedAndResumes() {
    GuiFixture gui;
    {
      // What a crash leaves: a run that stands as running, in a workspace that nobody has open.
      const Workspace workspace(gui.folder());
      const ExperimentFile file = loadExperiment(gui.tinyFile().toStdString());
      RunRequest request{.config = file.config, .text = file.text};
      request.config.threads = 1;
      const RunId run = openRun(workspace, request);
      workspace.store().updateState(run, RunState::Running);
    }
    gui.open();
    MainWindow& window = gui.window();
    QTRY_VERIFY_WITH_TIMEOUT(button(window.queuePanel(), "Resume") != nullptr, kPatience);
    QCOMPARE(stateOf(gui, RunId{1}), RunState::Interrupted);
    QTest::mouseClick(button(window.queuePanel(), "Resume"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(stateOf(gui, RunId{1}) == RunState::Done, kPatience);
  }

  void wrongValueInTheFormKeepsStartFromBeingPressed() {
    GuiFixture gui;
    gui.open();
    MainWindow& window = gui.window();
    // Heads that do not divide the width: no single field is wrong, the two together are.
    window.openExperiment(gui.tinyFile({{"heads = 2", "heads = 3"}}));
    QTRY_VERIFY(!window.newRunPage().problem().isEmpty());
    QVERIFY(window.newRunPage().problem().contains("heads"));
    QVERIFY(!button(window.newRunPage(), "Start")->isEnabled());
    QVERIFY(!window.newRunPage().request());
  }
};

QTEST_MAIN(RunPathTest)
#include "run_path_test.moc"
