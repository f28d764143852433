// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPushButton>

#include "app/gui/replay_controller.h"
#include "app/gui/watch_page.h"
#include "tests/app/gui/gui_fixture.h"
#include "widgets/board/board_view.h"
#include "widgets/form/new_run_page.h"
#include "widgets/plot/plot_view.h"
#include "widgets/watch/playback.h"
#include "widgets/watch/time_cursor.h"

using namespace limbeck;
using namespace limbeck::test;

class FirstStartTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void demoPlaysAtTheFirstStart() {
    GuiFixture gui;
    gui.openDemo();
    MainWindow& window = gui.window();
    QTRY_VERIFY_WITH_TIMEOUT(window.replay().subject() != nullptr, kPatience);
    const WatchPage& page = window.watchPage();
    QVERIFY(page.isVisible());
    QVERIFY(page.playback().isPlaying());
    const int first = page.cursor().row();
    QTRY_VERIFY(page.cursor().row() > first);  // it moves by itself
    for (int i = 0; i < WatchPage::kBoards; ++i) {
      QVERIFY(page.board(i).isVisible());
      QVERIFY(page.board(i).track() != nullptr);
    }
    QVERIFY(page.sentence().contains("never saw"));
    QCOMPARE(window.replay().fullPlot().series.size(), std::size_t{3});
    QCOMPARE(window.replay().fullPlot().reference_lines.size(), std::size_t{2});
  }

  void taskThatIsShownWasNeverTrainedOn() {
    GuiFixture gui;
    gui.openDemo();
    QTRY_VERIFY_WITH_TIMEOUT(gui.window().replay().subject() != nullptr, kPatience);
    const auto& split = gui.window().replay().subject()->replay.split;
    const TaskId shown = gui.window().replay().choice().task;
    QVERIFY(std::ranges::find(split.held_out, shown) != split.held_out.end());
    QVERIFY(std::ranges::find(split.training, shown) == split.training.end());
    QVERIFY(std::ranges::find(split.validation, shown) == split.validation.end());
  }

  void curveGrowsUnderTheCursor() {
    GuiFixture gui;
    gui.openDemo();
    QTRY_VERIFY_WITH_TIMEOUT(gui.window().replay().subject() != nullptr, kPatience);
    WatchPage& page = gui.window().watchPage();
    page.playback().pause();
    page.cursor().moveTo(4, 10);
    QCOMPARE(*page.plot().cursorX(), 4.5);
    page.cursor().moveTo(20, 0);
    QCOMPARE(*page.plot().cursorX(), 20.0);
    // And back: dragging on the plot moves the cursor.
    Q_EMIT page.plot().cursorDragged(7.25);
    QCOMPARE(page.cursor().episode(), 7);
    QCOMPARE(page.cursor().step(), 5);
    QCOMPARE(page.board(0).moment().episode, 7);
  }

  void trainOneYourselfIsOneButtonAway() {
    GuiFixture gui;
    gui.openDemo();
    QTRY_VERIFY_WITH_TIMEOUT(gui.window().replay().subject() != nullptr, kPatience);
    auto* button = gui.window().findChild<QPushButton*>("call_train_one");
    QVERIFY(button != nullptr && button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    NewRunPage& page = gui.window().newRunPage();
    QTRY_VERIFY(page.isVisible());
    QCOMPARE(page.config()->name, std::string("darkroom_quick"));
    QVERIFY(page.problem().isEmpty());
    auto* focused = qobject_cast<QPushButton*>(QApplication::focusWidget());
    QVERIFY(focused != nullptr);
    QVERIFY(focused->text().contains("Start"));
    QVERIFY(!gui.window().watchPage().playback().isPlaying() || !gui.window().watchPage().isVisible());
  }

  void secondStartOpensWhatWasThere() {
    GuiFixture gui;
    gui.openDemo();
    QTRY_VERIFY_WITH_TIMEOUT(gui.window().replay().subject() != nullptr, kPatience);
    gui.program->closeAll();
    gui.open(true);  // the demo is not placed again over it
    QTRY_VERIFY_WITH_TIMEOUT(gui.window().replay().subject() != nullptr, kPatience);
  }

  void emptyWorkspaceSaysWhatToDo() {
    GuiFixture gui;
    gui.open();
    QTest::qWait(50);
    QVERIFY(gui.window().watchPage().isEmpty());
    QVERIFY(gui.window().watchPage().findChild<QPushButton*>("call_train_one") != nullptr);
  }
};

QTEST_MAIN(FirstStartTest)
#include "first_start_test.moc"
