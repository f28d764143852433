// SPDX-License-Identifier: GPL-3.0-or-later
// One workspace, several programs: a second window, and limbeck-cli at work beside an open window.
#include <QProcess>
#include <QPushButton>
#include <QStyleHints>

#include "app/gui/live_controller.h"
#include "app/gui/replay_controller.h"
#include "app/gui/run_queue.h"
#include "app/gui/watch_page.h"
#include "tests/app/gui/gui_clicks.h"
#include "tests/app/gui/gui_fixture.h"
#include "tests/support/cli_process.h"
#include "widgets/board/board_view.h"
#include "widgets/form/new_run_page.h"
#include "widgets/plot/plot_view.h"
#include "widgets/queue/queue_panel.h"
#include "widgets/runs/run_table_model.h"
#include "widgets/runs/run_view.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/shell/banner.h"
#include "widgets/shell/stage_progress.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

/// limbeck-cli at work on a workspace; killed with the test.
class CliAtWork {
 public:
  CliAtWork(const QString& workspace, const QString& experiment, const QStringList& more) {
    process_.start(LIMBECK_CLI,
                   QStringList{"run", experiment, "--workspace", workspace, "--threads", "1", "--quiet"} + more);
  }
  ~CliAtWork() {
    if (process_.state() == QProcess::NotRunning) return;
    process_.kill();
    process_.waitForFinished(kPatience);
  }

  bool isRunning() const { return process_.state() != QProcess::NotRunning; }
  /// SIGINT's sister: it keeps what is worth keeping and ends.
  void stop() { process_.terminate(); }
  int exitCode() const { return process_.exitCode(); }
  QString errors() { return QString::fromUtf8(process_.readAllStandardError()); }

 private:
  QProcess process_;
};

}  // namespace

class SharingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { gui_ = std::make_unique<GuiFixture>(); }
  void cleanup() { gui_.reset(); }

  void secondWindowOnlyReadsAndSaysSo() {
    gui_->openDemo();
    ThemeController theme(*qApp);
    Program second(theme);
    second.open(gui_->workspace(), false);
    QVERIFY(second.window() != nullptr);
    MainWindow& window = *second.window();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QVERIFY(window.banner().isVisible());
    QVERIFY2(window.banner().text().contains("Another window"), qPrintable(window.banner().text()));
    QTRY_VERIFY_WITH_TIMEOUT(window.replay().subject() != nullptr, kPatience);  // it plays all the same
    window.runsPanel().selectRun(RunId{1});
    for (const char* name : {"runs_rename", "runs_tag", "runs_star", "runs_trash"}) {
      const QAction* action = findAction(window, name);
      QVERIFY2(action != nullptr && !action->isEnabled(), name);
      QVERIFY2(action->toolTip().contains("Another window"), qPrintable(action->toolTip()));
    }
    QTest::keyClick(&window.runsPanel().view(), Qt::Key_Delete);
    QTest::qWait(50);
    QVERIFY(!stored(RunId{1}).trashed_ms);
    // The first window writes as before.
    QVERIFY(!gui_->window().banner().isVisible());
    gui_->window().runsPanel().selectRun(RunId{1});
    QVERIFY(findAction(gui_->window(), "runs_rename")->isEnabled());
    second.closeAll();
  }

  void startInTheSecondWindowIsRefused() {
    gui_->open();
    ThemeController theme(*qApp);
    Program second(theme);
    second.open(gui_->workspace(), false);
    MainWindow& window = *second.window();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.openExperiment(gui_->tinyFile());
    QSignalSpy refused(&window.queue(), &RunQueue::refused);
    QTest::mouseClick(visibleButton(window.newRunPage(), "Start"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kPatience);
    QVERIFY(window.banner().isVisible() && window.banner().text().contains("Another window"));
    QVERIFY(!window.queue().isBusy());
    second.closeAll();
  }

  void idleWindowLetsTheCommandLineIn() {
    gui_->openDemo();
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
    // The window held the right to write for a moment when it opened, and gives it back.
    QTRY_VERIFY_WITH_TIMEOUT(!hasWriter(), 4000);
    CliAtWork cli(gui_->workspace(), gui_->tinyFile(), {});
    QTRY_VERIFY_WITH_TIMEOUT(!cli.isRunning(), kPatience);
    QVERIFY2(cli.exitCode() == 0, qPrintable(cli.errors()));
    QTRY_VERIFY_WITH_TIMEOUT(stateInTheList(RunId{2}) == RunState::Done, kPatience);
    // And the next one soon: the window looks after what the first one left behind, but keeps nobody out for long.
    QTRY_VERIFY(!gui_->window().banner().isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!hasWriter(), 500);
    CliAtWork next(gui_->workspace(), gui_->tinyFile(), {"--seed", "2"});
    QTRY_VERIFY_WITH_TIMEOUT(!next.isRunning(), kPatience);
    QVERIFY2(next.exitCode() == 0, qPrintable(next.errors()));
    QTRY_VERIFY_WITH_TIMEOUT(stateInTheList(RunId{3}) == RunState::Done, kPatience);
  }

  void runOfTheCommandLineIsFollowedToItsEnd() {
    gui_->open();
    MainWindow& window = gui_->window();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTRY_VERIFY_WITH_TIMEOUT(!hasWriter(), 4000);
    CliAtWork cli(gui_->workspace(), gui_->tinyFile(slow(20'000)), {});
    QTRY_VERIFY_WITH_TIMEOUT(stateInTheList(RunId{1}) == RunState::Running, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(window.banner().isVisible() && window.banner().text().contains("limbeck-cli"), kPatience);
    // Usable: pages change and keys are heard, while edits say why not now.
    QTest::keyClick(&window, Qt::Key_N, Qt::ControlModifier);
    QVERIFY(window.newRunPage().isVisible());
    QTest::keyClick(&window, Qt::Key_F5);
    QVERIFY(window.watchPage().isVisible());
    window.runsPanel().selectRun(RunId{1});
    QVERIFY(findAction(window, "runs_rename")->toolTip().contains("Another program"));

    window.runsPanel().view().setFocus();
    QTest::keyClick(&window.runsPanel().view(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(window.live().run() == RunId{1}, kPatience);
    WatchPage& page = window.watchPage();
    QVERIFY(page.board(0).track() == nullptr);
    QVERIFY(page.board(0).spokenDescription().contains("Another program"));
    QTRY_VERIFY_WITH_TIMEOUT(!page.lossPlot().model().series.empty(), kPatience);
    const std::size_t points = page.lossPlot().model().series.front().x.size();
    QVERIFY(page.lossPlot().isVisible() && points > 1);
    QVERIFY(page.progress().words().contains("in another program"));
    QTRY_VERIFY_WITH_TIMEOUT(page.lossPlot().model().series.front().x.back() > 200.0, kPatience);

    QTRY_VERIFY_WITH_TIMEOUT(!cli.isRunning(), kPatience);
    QVERIFY2(cli.exitCode() == 0, qPrintable(cli.errors()));
    QTRY_VERIFY_WITH_TIMEOUT(stateInTheList(RunId{1}) == RunState::Done, kPatience);
    // What was followed is replayed when it is done, as one of the window's own runs is.
    QTRY_VERIFY_WITH_TIMEOUT(
        window.replay().subject() != nullptr && window.replay().subject()->replay.run.id == RunId{1}, kPatience);
    QTRY_VERIFY(!window.banner().isVisible());
  }

  void startIsRefusedWhileTheCommandLineWorksAndThenDone() {
    gui_->open();
    MainWindow& window = gui_->window();
    QTRY_VERIFY_WITH_TIMEOUT(!hasWriter(), 4000);
    CliAtWork cli(gui_->workspace(), gui_->tinyFile(slow(1'000'000)), {});
    QTRY_VERIFY_WITH_TIMEOUT(hasWriter(), kPatience);
    window.openExperiment(gui_->tinyFile());
    QSignalSpy refused(&window.queue(), &RunQueue::refused);
    QSignalSpy finished(&window.queue(), &RunQueue::finished);
    QTest::mouseClick(visibleButton(window.newRunPage(), "Start"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kPatience);
    QVERIFY2(window.banner().isVisible() && window.banner().text().contains("writing to this workspace"),
             qPrintable(window.banner().text()));
    QVERIFY(!window.queue().isBusy());
    QVERIFY(window.newRunPage().isVisible());

    cli.stop();
    QTRY_VERIFY_WITH_TIMEOUT(!cli.isRunning(), kPatience);
    QTest::qWait(QGuiApplication::styleHints()->mouseDoubleClickInterval());  // a double click counts as one wish
    QTest::mouseClick(visibleButton(window.newRunPage(), "Start"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
    QCOMPARE(refused.count(), 1);
    QVERIFY(!window.banner().isVisible());
  }

  void runOfAKilledCommandLineIsOffered() {
    gui_->open();
    MainWindow& window = gui_->window();
    QTRY_VERIFY_WITH_TIMEOUT(!hasWriter(), 4000);
    {
      CliAtWork cli(gui_->workspace(), gui_->tinyFile(slow(1'000'000)), {});
      QTRY_VERIFY_WITH_TIMEOUT(stateInTheList(RunId{1}) == RunState::Running, kPatience);
    }
    QTRY_VERIFY_WITH_TIMEOUT(stateInTheList(RunId{1}) == RunState::Interrupted, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(visibleButton(window.queuePanel(), "Resume") != nullptr, kPatience);
  }

 private:
  RunRecord stored(RunId run) const { return Workspace(gui_->folder(), OpenMode::ReadOnly).store().run(run); }
  bool hasWriter() const { return Workspace(gui_->folder(), OpenMode::ReadOnly).hasWriter(); }
  std::optional<RunState> stateInTheList(RunId run) const {
    const RunRecord* record = gui_->window().runsPanel().model().record(run);
    return record == nullptr ? std::nullopt : std::optional(record->state);
  }
  /// A tiny run with so many steps: 20 000 take about three seconds of a processor.
  static QList<std::pair<QString, QString>> slow(int steps) {
    return {{"steps = 60", QString("steps = %1").arg(steps)}, {"validate_every = 20", "validate_every = 5000"}};
  }

  std::unique_ptr<GuiFixture> gui_;
};

QTEST_MAIN(SharingTest)
#include "sharing_test.moc"
