// SPDX-License-Identifier: GPL-3.0-or-later
// Workspaces that are damaged, lack files or stand on a full disk: the window says so in words, changes nothing and
// goes on.
#include <sys/resource.h>

#include <QDockWidget>
#include <QMap>
#include <QPushButton>
#include <fstream>

#include "app/gui/problem_window.h"
#include "app/gui/replay_controller.h"
#include "app/gui/run_queue.h"
#include "app/gui/watch_page.h"
#include "core/base/process_tuning.h"
#include "tests/app/gui/gui_clicks.h"
#include "tests/app/gui/gui_fixture.h"
#include "widgets/board/board_view.h"
#include "widgets/form/new_run_page.h"
#include "widgets/runs/run_table_model.h"
#include "widgets/runs/run_view.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/shell/banner.h"
#include "widgets/shell/toast.h"
#include "widgets/watch/attention_strip.h"
#include "widgets/watch/time_cursor.h"

using namespace limbeck;
using namespace limbeck::test;
namespace fs = std::filesystem;

namespace {

fs::path demoFolder() {
  return fs::path(LIMBECK_SOURCE_DIR) / "resources" / "demo";
}

/// Path -> bytes of every file of a workspace but the two locks.
QMap<QString, std::string> filesUnder(const fs::path& folder) {
  QMap<QString, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && !name.ends_with(".lock"))
      files[QString::fromStdString(entry.path().string())] = readTextFile(entry.path());
  }
  return files;
}

void writeBytes(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// Whether the strip, which paints its words itself, shows them: a screen reader hears the same.
bool isDescribed(const QWidget& strip, const QString& text) {
  return std::ranges::any_of(strip.findChildren<QWidget*>(),
                             [&](const QWidget* part) { return part->accessibleDescription().contains(text); });
}

/// No file of this process grows beyond so many bytes: what a full disk or a quota does to a writer.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

class TroubleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { tuneProcess(); }  // as the program does: a write beyond a limit is an error and no signal
  void init() { gui_ = std::make_unique<GuiFixture>(); }
  void cleanup() { gui_.reset(); }

  void damagedDatabaseIsToldAndLeftAsItIs_data() {
    QTest::addColumn<QString>("damage");
    QTest::addColumn<QString>("words");
    QTest::newRow("garbage") << "garbage"
                             << "not an SQLite database";
    QTest::newRow("truncated") << "truncated"
                               << "damaged";
    QTest::newRow("from the future") << "future"
                                     << "database version 99";
    QTest::newRow("empty") << "empty"
                           << "the file is empty";
  }
  void damagedDatabaseIsToldAndLeftAsItIs() {
    QFETCH(QString, damage);
    QFETCH(QString, words);
    damageDatabase(damage);
    const auto before = filesUnder(gui_->folder());
    gui_->program->open(gui_->workspace(), true);
    QVERIFY(gui_->program->window() == nullptr);
    ProblemWindow* problem = gui_->program->problem();
    QVERIFY(problem != nullptr && problem->isVisible());
    QVERIFY2(isSaid(*problem, words), qPrintable(problem->message()));
    QVERIFY(isSaid(*problem, "limbeck.db"));
    QVERIFY(isSaid(*problem, "Nothing in " + gui_->workspace() + " was changed."));
    QCOMPARE(filesUnder(gui_->folder()), before);
  }

  void freshOneIsOneClickAwayAndStandsBeside() {
    damageDatabase("truncated");
    const auto before = filesUnder(gui_->folder());
    gui_->program->open(gui_->workspace(), true);
    QAbstractButton* fresh = visibleButton(*gui_->program->problem(), "Begin a fresh one");
    QVERIFY(fresh != nullptr);
    QTest::mouseClick(fresh, Qt::LeftButton);
    QTRY_VERIFY(gui_->program->window() != nullptr && gui_->program->problem() == nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
    QVERIFY(gui_->window().windowTitle().contains(gui_->workspace() + "-2"));
    QCOMPARE(filesUnder(gui_->folder()), before);
  }

  void mendedWorkspaceOpensAtTheNextTry() {
    damageDatabase("truncated");
    gui_->program->open(gui_->workspace(), true);
    fs::copy_file(demoFolder() / "limbeck.db", gui_->folder() / "limbeck.db", fs::copy_options::overwrite_existing);
    QTest::mouseClick(visibleButton(*gui_->program->problem(), "Try again"), Qt::LeftButton);
    QTRY_VERIFY(gui_->program->window() != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
  }

  void brokenWindowStateGivesTheDefaultLayout_data() {
    QTest::addColumn<QByteArray>("ini");
    std::string noise;
    for (int i = 0; i < 4096; ++i) noise += static_cast<char>((i * 7919) % 251);
    QTest::newRow("garbage") << QByteArray::fromStdString(noise);
    QTest::newRow("no state") << QByteArray(
        "[window]\ngeometry=@ByteArray(rubbish)\nstate=12\n[watch]\nrun=many\n[queue]\npaused=x, 99999\n");
    // What QMainWindow::saveState writes begins with the bytes 00 00 00 ff and the version of the layout.
    QTest::newRow("another version") << QByteArray(
        "[window]\ngeometry=@ByteArray(\\x1\\xd9\\xd0\\xcb\\0\\x3)\nstate=@ByteArray(\\0\\0\\0\\xff\\0\\0\\0\\x63)\n");
  }
  void brokenWindowStateGivesTheDefaultLayout() {
    QFETCH(QByteArray, ini);
    fs::copy(demoFolder(), gui_->folder(), fs::copy_options::recursive);
    writeBytes(gui_->folder() / "window.ini", ini.toStdString());
    gui_->open();
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
    const auto docks = gui_->window().findChildren<QDockWidget*>();
    QCOMPARE(docks.size(), 3);
    for (const QDockWidget* dock : docks) {
      QVERIFY(dock->isVisible() && !dock->isFloating());
      const bool is_right = dock->objectName() == "inspector";
      QCOMPARE(gui_->window().dockWidgetArea(const_cast<QDockWidget*>(dock)),
               is_right ? Qt::RightDockWidgetArea : Qt::LeftDockWidgetArea);
    }
    QCOMPARE(gui_->window().size(), QSize(1280, 800));
  }

  void layoutOfAnotherVersionIsNotForcedUponTheWindow() {
    gui_->openDemo();
    const QSize whole = gui_->window().size();
    const QByteArray geometry = gui_->window().saveGeometry();
    for (auto* dock : gui_->window().findChildren<QDockWidget*>()) dock->hide();
    const QByteArray state = gui_->window().saveState(77);
    gui_->program->closeAll();
    {
      QSettings ini(gui_->workspace() + "/window.ini", QSettings::IniFormat);
      ini.setValue("window/geometry", geometry);
      ini.setValue("window/state", state);
    }
    gui_->open();
    for (const auto* dock : gui_->window().findChildren<QDockWidget*>()) QVERIFY(dock->isVisible());
    QCOMPARE(gui_->window().size(), whole);
  }

  void runWithoutRolloutsSaysSo() {
    copyDemo();
    fs::remove_all(gui_->folder() / "rollouts");
    gui_->open();
    WatchPage& page = gui_->window().watchPage();
    QTRY_VERIFY_WITH_TIMEOUT(isSaid(page, "no rollouts to replay"), kPatience);
    QVERIFY(isSaid(page, "AD-1"));
    QVERIFY(isSaid(page, "run it again"));
    QVERIFY(page.isEmpty());
    // The list knows of it all the same, and opening it from there is no crash.
    QTRY_COMPARE_WITH_TIMEOUT(gui_->window().runsPanel().model().runCount(), 1, kPatience);
    activate(RunId{1});
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().toast().text().contains("no rollouts to replay"), kPatience);
  }

  void runWithoutCheckpointPlaysAndTheStripSaysWhy() {
    copyDemo();
    fs::remove_all(gui_->folder() / "checkpoints");
    gui_->open();
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
    WatchPage& page = gui_->window().watchPage();
    QVERIFY(page.board(0).track() != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(isDescribed(page.attention(), "checkpoint is not in the workspace any more"), kPatience);
    QVERIFY(QTest::qWaitForWindowActive(gui_->program->window()));
    QTest::keyClick(&page.board(0), Qt::Key_H);
    QTRY_VERIFY_WITH_TIMEOUT(
        gui_->window().banner().isVisible() && gui_->window().banner().text().contains("checkpoint"), kPatience);
  }

  void damagedCheckpointPlaysAndTheStripSaysWhy() {
    copyDemo();
    for (const auto& entry : fs::recursive_directory_iterator(gui_->folder() / "checkpoints")) {
      if (entry.is_regular_file()) fs::resize_file(entry.path(), 1000);
    }
    gui_->open();
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(isDescribed(gui_->window().watchPage().attention(), "best.safetensors"), kPatience);
  }

  void damagedRolloutsOfTheControlLeaveTheOthers() {
    copyDemo();
    damageColumn("ad_cleared");
    gui_->open();
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
    WatchPage& page = gui_->window().watchPage();
    QVERIFY(page.board(0).track() != nullptr && page.board(1).track() != nullptr);
    QVERIFY(!page.board(2).isVisible());
  }

  void damagedRolloutsOfAdLeaveTheOthersPlayingAndSaySo() {
    copyDemo();
    damageColumn("ad");
    gui_->open();
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
    WatchPage& page = gui_->window().watchPage();
    QVERIFY(page.board(0).track() == nullptr);
    QVERIFY2(page.board(0).spokenDescription().contains("damaged"), qPrintable(page.board(0).spokenDescription()));
    QVERIFY(page.board(1).track() != nullptr);
    // The cursor drives what is there.
    const int row = page.cursor().row();
    QTRY_VERIFY(page.cursor().row() > row);
  }

  void damagedRolloutsOfAllAreTold() {
    copyDemo();
    for (const char* policy : {"ad", "ad_cleared", "source"}) damageColumn(policy);
    gui_->open();
    WatchPage& page = gui_->window().watchPage();
    QTRY_VERIFY_WITH_TIMEOUT(isSaid(page, "observations.npy"), kPatience);
    QVERIFY(page.isEmpty());
  }

  void runOnAFullDiskFailsInWordsAndGoesOnWhenThereIsRoom() {
    gui_->open();
    MainWindow& window = gui_->window();
    // Weights of 12 * 128^2 * 4 bytes = 786 kB, for which there is no room; the database needs less than 400 kB.
    window.openExperiment(gui_->tinyFile(
        {{"width = 16", "width = 128"}, {"feed_forward = 32", "feed_forward = 512"}, {"steps = 60", "steps = 40"}}));
    QSignalSpy failed(&window.queue(), &RunQueue::failed);
    QSignalSpy finished(&window.queue(), &RunQueue::finished);
    {
      const FileSizeLimit limit(512 * 1024);
      QTest::mouseClick(visibleButton(window.newRunPage(), "Start"), Qt::LeftButton);
      QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
    }
    const RunRecord run = stored(RunId{1});
    QCOMPARE(run.state, RunState::Failed);
    QCOMPARE(run.failure_code, std::string("IoFailure"));
    QVERIFY(window.isVisible());
    QVERIFY(window.banner().isVisible());
    const QString words = window.banner().text();
    QVERIFY2(words.contains("AD-1") && words.contains("checkpoints") && words.contains("limit"), qPrintable(words));
    QAbstractButton* retry = visibleButton(window.banner(), "Try again");
    QVERIFY(retry != nullptr);
    QTest::mouseClick(retry, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
    QCOMPARE(stored(RunId{1}).state, RunState::Done);
  }

  void workspaceOfARunThatTheDiskStoppedOpensAgain() {
    gui_->open();
    gui_->window().openExperiment(
        gui_->tinyFile({{"width = 16", "width = 128"}, {"feed_forward = 32", "feed_forward = 512"}}));
    QSignalSpy failed(&gui_->window().queue(), &RunQueue::failed);
    {
      const FileSizeLimit limit(512 * 1024);
      QTest::mouseClick(visibleButton(gui_->window().newRunPage(), "Start"), Qt::LeftButton);
      QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
    }
    gui_->program->closeAll();
    gui_->open();
    QTRY_COMPARE_WITH_TIMEOUT(gui_->window().runsPanel().model().runCount(), 1, kPatience);
    QCOMPARE(gui_->window().runsPanel().model().record(RunId{1})->state, RunState::Failed);
    QTRY_VERIFY_WITH_TIMEOUT(gui_->program->problem() == nullptr, kPatience);
  }

  void startIsRefusedWhenEvenTheDatabaseHasNoRoom() {
    gui_->open();
    MainWindow& window = gui_->window();
    window.openExperiment(gui_->tinyFile());
    QSignalSpy refused(&window.queue(), &RunQueue::refused);
    {
      const FileSizeLimit limit(1024);
      QTest::mouseClick(visibleButton(window.newRunPage(), "Start"), Qt::LeftButton);
      QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kPatience);
    }
    QVERIFY(window.banner().isVisible());
    QVERIFY2(window.banner().text().contains("limbeck.db") && window.banner().text().contains("space"),
             qPrintable(window.banner().text()));
    QVERIFY(!window.queue().isBusy());
    QCOMPARE(Workspace(gui_->folder(), OpenMode::ReadOnly).store().listRuns().size(), std::size_t{0});
  }

 private:
  RunRecord stored(RunId run) const { return Workspace(gui_->folder(), OpenMode::ReadOnly).store().run(run); }

  void copyDemo() { fs::copy(demoFolder(), gui_->folder(), fs::copy_options::recursive); }

  void damageDatabase(const QString& damage) {
    copyDemo();
    const fs::path database = gui_->folder() / "limbeck.db";
    std::string bytes = readTextFile(database);
    if (damage == "garbage") bytes = std::string(20'000, 'x');
    if (damage == "empty") bytes.clear();
    if (damage == "truncated") bytes.resize(bytes.size() / 2);
    if (damage == "future")
      bytes.replace(60, 4, std::string("\0\0\0\x63", 4));  // user_version, big-endian, in the header
    writeBytes(database, bytes);
  }

  /// Cuts the last third off a column.
  void damageColumn(const char* policy) {
    for (const auto& entry : fs::recursive_directory_iterator(gui_->folder() / "rollouts")) {
      const bool is_it =
          entry.path().filename() == "observations.npy" && entry.path().parent_path().filename() == policy;
      if (is_it) fs::resize_file(entry.path(), fs::file_size(entry.path()) * 2 / 3);
    }
  }

  void activate(RunId run) {
    RunsPanel& panel = gui_->window().runsPanel();
    panel.selectRun(run);
    QTest::keyClick(&panel.view(), Qt::Key_Return, Qt::ControlModifier);
  }

  std::unique_ptr<GuiFixture> gui_;
};

QTEST_MAIN(TroubleTest)
#include "trouble_test.moc"
