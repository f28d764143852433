// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/hand_play_controller.h"

#include "app/gui/replay_controller.h"
#include "app/gui/watch_page.h"
#include "tests/app/gui/gui_fixture.h"
#include "widgets/board/board_view.h"
#include "widgets/plot/plot_view.h"
#include "widgets/watch/time_cursor.h"

using namespace limbeck;
using namespace limbeck::test;

class HandPlayWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    gui_ = std::make_unique<GuiFixture>();
    gui_->openDemo();
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
    QTest::keyClick(&gui_->window().watchPage().board(0), Qt::Key_H);
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().handPlay().isActive(), kPatience);
  }
  void cleanup() { gui_.reset(); }

  void arrowKeysMoveTheAgent() {
    press(Qt::Key_Right);
    press(Qt::Key_Right);
    press(Qt::Key_Up);
    const auto stream = page().cursor().stream();
    QCOMPARE(stream->columns().rows(), std::int64_t{3});
    // From the centre of the 9x9 room, (4,4): the rows hold where each move began.
    const auto& seen = stream->columns().observations;
    QCOMPARE(int(seen[0]), 4);
    QCOMPARE(int(seen[2]), 5);
    QCOMPARE(int(seen[4]), 6);
    QCOMPARE(page().board(0).track()->cellAt(0, 3), QPoint(6, 3));
  }

  void goalIsHiddenUntilAskedFor() {
    QVERIFY(!page().board(0).look().has_goal);
    QTest::keyClick(&page().board(0), Qt::Key_G);
    QVERIFY(page().board(0).look().has_goal);
  }

  void modelTakesOverAndThePlayIsKept() {
    for (int i = 0; i < 25; ++i) press(i % 2 == 0 ? Qt::Key_Right : Qt::Key_Down);
    QSignalSpy kept(&gui_->window().handPlay(), &HandPlayController::kept);
    QTest::keyClick(&page().board(0), Qt::Key_Escape);
    QTRY_COMPARE_WITH_TIMEOUT(kept.count(), 1, kPatience);
    QVERIFY(std::filesystem::exists(gui_->folder() / "rollouts" / "by_hand" / "AD-1_001" / "manifest.json"));
    const auto stream = page().cursor().stream();
    QVERIFY(stream->episodes() > 20);
    const PlotModel& plot = page().plot().model();
    QCOMPARE(plot.series.size(), std::size_t{2});
    QCOMPARE(plot.series[0].name, std::string("you"));
    QCOMPARE(plot.series[1].name, std::string("the model"));
  }

  void escapeBeforeAnyMoveGoesBackToTheReplay() {
    QTest::keyClick(&page().board(0), Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!gui_->window().handPlay().isActive() && gui_->window().replay().subject() != nullptr,
                             kPatience);
    QVERIFY(page().board(1).isVisible());
    QVERIFY(!std::filesystem::exists(gui_->folder() / "rollouts" / "by_hand"));
  }

 private:
  WatchPage& page() { return gui_->window().watchPage(); }
  void press(Qt::Key key) {
    const auto before = page().cursor().stream();
    QTest::keyClick(&page().board(0), key);
    QTRY_VERIFY_WITH_TIMEOUT(page().cursor().stream() != before, kPatience);
  }

  std::unique_ptr<GuiFixture> gui_;
};

QTEST_MAIN(HandPlayWindowTest)
#include "hand_play_test.moc"
