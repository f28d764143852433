// SPDX-License-Identifier: GPL-3.0-or-later
// The Watch page on environments that are no plain room: replay, by hand, and what the panels say.
#include <QComboBox>
#include <algorithm>

#include "app/gui/hand_play_controller.h"
#include "app/gui/replay_controller.h"
#include "app/gui/watch_page.h"
#include "tests/app/gui/gui_fixture.h"
#include "tests/support/tiny_run.h"
#include "widgets/board/board_view.h"
#include "widgets/watch/action_bars.h"
#include "widgets/watch/attention_strip.h"
#include "widgets/watch/time_cursor.h"

using namespace limbeck;
using namespace limbeck::test;

namespace {

const std::vector<std::string> kBandit = {"environment.name=bandit", "environment.size=0", "environment.horizon=1",
                                          "source.algorithm=ucb",    "tasks.training=4",   "source.episodes=60",
                                          "context.keep_every=1"};
const std::vector<std::string> kPool = {"environment.name=watermaze", "environment.size=17",
                                        "environment.platform_radius=2", "environment.horizon=6", "tasks.training=4"};

}  // namespace

class OtherBoardsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { gui_ = std::make_unique<GuiFixture>(); }
  void cleanup() { gui_.reset(); }

  void banditIsPulledByDigitsAndClicks() {
    openRun(kBandit);
    QCOMPARE(page().title(), QString("Bandit, 10 arms"));
    playByHand();
    press(Qt::Key_3);
    press(Qt::Key_0);
    clickArm(4);
    const auto actions = page().cursor().stream()->columns().actions;
    QCOMPARE(std::vector<int>(actions.begin(), actions.end()), (std::vector<int>{2, 9, 4}));
    QVERIFY(std::get<ArmsScene>(page().board(0).picture()).means.empty());
    QTest::keyClick(&page().board(0), Qt::Key_G);
    QCOMPARE(std::get<ArmsScene>(page().board(0).picture()).means.size(), std::size_t{10});
  }

  void poolIsSwumByArrowKeys() {
    openRun(kPool);
    playByHand();
    const PoolScene first = std::get<PoolScene>(page().board(0).picture());
    QVERIFY(!first.frame.isNull());  // before anything was done
    const ViewPose start = first.agent->from;
    QCOMPARE(QPoint(start.x, start.y), QPoint(8, 8));
    press(Qt::Key_Right);
    QCOMPARE(std::get<PoolScene>(page().board(0).picture()).agent->from.heading, (start.heading + 1) % 8);
    press(Qt::Key_Up);
    const ViewPose moved = std::get<PoolScene>(page().board(0).picture()).agent->from;
    QVERIFY(QPoint(moved.x, moved.y) != QPoint(8, 8));
  }

  // Each run's observations are read by the rules of its own environment, also while the other's attention is still
  // shown.
  void anotherEnvironmentTakesThePage() {
    const RunId bandit = makeRun(kBandit);
    const RunId pool = makeRun(kPool);
    openWindow();
    ReplayController& replay = gui_->window().replay();
    for (const RunId run : {pool, bandit, pool}) {
      replay.show(run);
      QTRY_VERIFY_WITH_TIMEOUT(replay.subject() != nullptr && replay.subject()->replay.run.id == run, kPatience);
      QTRY_VERIFY_WITH_TIMEOUT(!page().attention().table().isEmpty(), kPatience);
      QCOMPARE(page().attention().table().contains("looking"), run == pool);
    }
  }

  void playFromAPromptIsChosenLikeATask() {
    openRun({"evaluation.prompts=[50]"});
    const auto& choices = gui_->window().replay().subject()->choices;
    const auto prompted = std::ranges::find_if(choices, &WatchChoice::beginsWithPrompt);
    QVERIFY(prompted != choices.end());
    QVERIFY2(prompted->words.endsWith("AD from 50 %"), qPrintable(prompted->words));
    QTRY_VERIFY_WITH_TIMEOUT(!page().attention().table().isEmpty(), kPatience);
    const auto plain = page().cursor().stream();
    QComboBox& picker = page().taskPicker();
    picker.setCurrentIndex(static_cast<int>(prompted - choices.begin()));
    Q_EMIT picker.activated(picker.currentIndex());
    QVERIFY(page().cursor().stream() != nullptr && page().cursor().stream() != plain);
    QVERIFY(page().board(0).title().startsWith("AD from 50 %"));
    QVERIFY(page().attention().table().isEmpty());
    picker.setCurrentIndex(0);
    Q_EMIT picker.activated(0);
    QTRY_VERIFY_WITH_TIMEOUT(!page().attention().table().isEmpty(), kPatience);
  }

  // What the buttons do is for the player to find out; a replay tells it.
  void buttonsAreNamedOnlyInTheReplay() {
    openRun({"environment.name=darkroom_dynamic"});
    auto* bars = gui_->window().findChild<ActionBars*>();
    QTRY_VERIFY_WITH_TIMEOUT(bars->accessibleDescription().contains("no-op"), kPatience);
    playByHand();
    QVERIFY(page().board(0).look().has_goal);
    press(Qt::Key_2);
    QTRY_VERIFY_WITH_TIMEOUT(bars->accessibleDescription().contains("button 2"), kPatience);
    QVERIFY(!bars->accessibleDescription().contains("no-op"));
  }

 private:
  WatchPage& page() { return gui_->window().watchPage(); }

  RunId makeRun(const std::vector<std::string>& overrides) {
    const Workspace workspace(gui_->folder());
    runTiny(workspace, tinyRequest(overrides));
    RunId newest{0};
    for (const RunRecord& run : workspace.store().listRuns()) newest = std::max(newest, run.id);
    return newest;
  }

  void openWindow() {
    gui_->open();
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().replay().subject() != nullptr, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(page().board(0).track() != nullptr, kPatience);
  }

  void openRun(const std::vector<std::string>& overrides) {
    makeRun(overrides);
    openWindow();
  }

  void playByHand() {
    QTest::keyClick(&page().board(0), Qt::Key_H);
    QTRY_VERIFY_WITH_TIMEOUT(gui_->window().handPlay().isActive(), kPatience);
    page().board(0).grab();  // lays out what is clicked
  }

  void press(Qt::Key key) {
    const auto before = page().cursor().stream();
    QTest::keyClick(&page().board(0), key);
    QTRY_VERIFY_WITH_TIMEOUT(page().cursor().stream() != before, kPatience);
  }

  void clickArm(int arm) {
    const auto before = page().cursor().stream();
    BoardView& board = page().board(0);
    QTest::mouseClick(&board, Qt::LeftButton, {}, board.geometry().arms.columnRect(arm).center().toPoint());
    QTRY_VERIFY_WITH_TIMEOUT(page().cursor().stream() != before, kPatience);
  }

  std::unique_ptr<GuiFixture> gui_;
};

QTEST_MAIN(OtherBoardsTest)
#include "other_boards_test.moc"
